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

  test('a parameter in the environment is data, whatever is in it', async () => {
    const mainSteps = [shell('say-', ['printf "%s\\n" "$SSM_text"'])]
    const parameters = { text: { type: 'String', interpolationType: 'ENV_VAR' } }
    const text = '"; echo gone; #\' $(id)'
    await expectEverywhere(world, { mainSteps, parameters, given: { text: [text] } }, 'Success', [`say- 0 ${text}`])
  })
}
