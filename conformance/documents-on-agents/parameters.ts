import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type DocumentWorld, expectEverywhere, shell } from './world.ts'

/** What becomes of the values of parameters. */
export function testParameters(world: DocumentWorld): void {
  const { root } = world

  test('parameters of Parameter Store are looked up on the node', async () => {
    await root.call('ssm', 'PutParameter', { Name: '/app/word', Type: 'String', Value: 'two words; $(date)' })
    await root.call('ssm', 'PutParameter', { Name: 'lines', Type: 'StringList', Value: 'echo a,echo b' })
    await root.call('ssm', 'PutParameter', { Name: 'plain', Type: 'String', Value: 'c' })
    const mainSteps = [shell('look', ["printf %s '{{ssm:/app/word}}'", 'echo', '{{ ssm:lines }}', '{{ more }}'])]
    const parameters = { more: { type: 'String' } }
    await expectEverywhere(world, { mainSteps, parameters, given: { more: ['echo {{ssm:plain:1}}'] } }, 'Success', [
      'look 0 two words; $(date)|a|b|c',
    ])
  })

  test('a parameter that names another one is data', async () => {
    const mainSteps = [shell('say-', ["cat <<'END'", '{{ text }}', 'END'])]
    const parameters = { text: { type: 'String' } }
    const text = '$(id) `id` {{ other }}'
    await expectEverywhere(world, { mainSteps, parameters, given: { text: [text] } }, 'Success', [`say- 0 ${text}`])
  })

  test('a parameter that is pasted is script, as on AWS; one in the environment is data, whatever is in it', async () => {
    const mainSteps = [shell('paste', ['echo {{ pasted }}']), shell('keep', ['printf "[%s]" "$SSM_kept"'])]
    const parameters = { pasted: { type: 'String' }, kept: { type: 'String', interpolationType: 'ENV_VAR' } }
    const attack = `"; echo gone; #' $(id) \`id\` && id | id > x %s \\ {{ pasted }}\nid\r\n`
    const outcomes = await world.documents.run({
      mainSteps,
      parameters,
      given: { pasted: ['$(echo ran); echo again'], kept: [attack] },
    })
    for (const [name, { status, steps }] of outcomes) {
      const said = new Map(steps.map(({ step, stdout }) => [step, stdout]))
      assert.equal(status, 'Success', name)
      assert.equal(said.get('paste'), 'ran\nagain\n', name)
      assert.equal(said.get('keep'), `[${attack}]`, name)
    }
  })

  test('a working directory is data, whatever it is called', async () => {
    const folder = join(world.shared, `$(touch ran) \`touch ran\`; touch ran # ' "`)
    mkdirSync(folder)
    const given = { commands: ['pwd; ls -A'], workingDirectory: [folder] }
    const outcomes = await world.documents.endOf(await world.documents.sendNamed('AWS-RunShellScript', given))
    for (const [name, { status, steps }] of outcomes) {
      assert.deepEqual([status, steps.map(({ stdout }) => stdout)], ['Success', [`${folder}\n`]], name)
    }
  })
}
