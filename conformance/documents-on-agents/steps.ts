import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { greet } from '../clients/greet.ts'
import { type DocumentWorld, expectEverywhere, expectOf, shell } from './world.ts'

const when = (...operands: readonly string[]) => ({ precondition: { StringEquals: operands } })

/** How the steps of a document follow one another. */
export function testSteps(world: DocumentWorld): void {
  const { root, documents, shared, amazons, nodeIds } = world
  const create = (Name: string, Content: string, DocumentFormat: 'JSON' | 'YAML' = 'JSON') =>
    root.call('ssm', 'CreateDocument', { Name, Content, DocumentFormat })
  const run = async (name: string, given?: Readonly<Record<string, string[]>>) =>
    documents.endOf(await documents.sendNamed(name, given))

  test('a document as people write it runs the steps that are for the platform', async () => {
    await create('Greet', greet, 'YAML')
    const steps = ['greet 0 [hello] ann and bob', 'elsewhere 0 (skipped)', 'last 0 done']
    expectOf(await run('Greet', { name: ['ann and bob'] }), 'Success', steps)
  })

  test('documents of the older schemas run', async () => {
    const inputs = { runCommand: ['echo old'] }
    const runtimeConfig = { 'aws:runShellScript': { properties: [{ id: 'a', ...inputs }] } }
    await create('Oldest', JSON.stringify({ schemaVersion: '1.2', runtimeConfig }))
    const mainSteps = [{ action: 'aws:runShellScript', name: 'older', inputs }]
    await create('Older', JSON.stringify({ schemaVersion: '2.0', mainSteps }))
    expectOf(await run('Oldest'), 'Success', ['aws:runShellScript 0 old'])
    expectOf(await run('Older'), 'Success', ['older 0 old'])
  })

  test('a plugin with several sets of inputs runs each of them and is one step of its name', async () => {
    const properties = [
      { id: 'a', runCommand: ['echo one; exit 3'] },
      { id: 'b', runCommand: ['echo two'] },
    ]
    const runtimeConfig = { 'aws:runShellScript': { properties } }
    await create('Several', JSON.stringify({ schemaVersion: '1.2', runtimeConfig }))
    expectOf(await run('Several'), 'Failed', ['aws:runShellScript 3 one|two'])
  })

  test('a step that fails does not keep the others from running', async () => {
    const mainSteps = [shell('one-', ['echo one']), shell('two-', ['exit 3']), shell('three', ['echo three'])]
    await expectEverywhere(world, { mainSteps }, 'Failed', ['one- 0 one', 'two- 3', 'three 0 three'])
  })

  test('exit codes and modifiers end a document early, and a finally step runs all the same', async () => {
    const rest = shell('rest', ['echo rest'])
    const last = shell('last', ['echo last'], { finallyStep: true })
    const cases: readonly (readonly [object, string, string])[] = [
      [shell('first', ['exit 168']), 'Success', 'first 168'],
      [shell('first', ['exit 169']), 'Failed', 'first 169'],
      [shell('first', ['exit 3'], { onFailure: 'exit' }), 'Failed', 'first 3'],
      [shell('first', ['exit 3'], { onFailure: 'successAndExit' }), 'Success', 'first 168'],
      [shell('first', ['echo x'], { onSuccess: 'exit' }), 'Success', 'first 0 x'],
    ]
    await Promise.all(
      cases.map(([first, status, line]) =>
        expectEverywhere(world, { mainSteps: [first, rest, last] }, status, [line, 'rest 0 (skipped)', 'last 0 last']),
      ),
    )
  })

  test('preconditions skip the steps that are meant for others', async () => {
    const mainSteps = [
      shell('windows', ['echo x'], {}, when('platformType', 'Windows')),
      shell('linux', ['echo x'], {}, when('Linux', 'platformType')),
      shell('red-', ['echo x'], {}, when('{{ colour }}', 'red')),
      shell('blue', ['echo x'], {}, when('blue', '{{ colour }}')),
    ]
    const parameters = { colour: { type: 'String', default: 'blue' } }
    const lines = ['windows 0 (skipped)', 'linux 0 x', 'red- 0 x', 'blue 0 (skipped)']
    await expectEverywhere(world, { mainSteps, parameters, given: { colour: ['red'] } }, 'Success', lines)
  })

  test('a cancel ends the step that runs and all that would follow', async () => {
    const mark = 'touch "$(printf %s/ "$DIR")runs-$AWS_SSM_INSTANCE_ID"'
    const mainSteps = [
      shell('wait', [mark, 'sleep 50'], { environment: { DIR: shared } }),
      shell('next', ['echo next']),
    ]
    const CommandId = await documents.send({ mainSteps })
    const marks = nodeIds.map((nodeId) => join(shared, `runs-${nodeId}`))
    await eventually(() => marks.every((path) => existsSync(path)) || undefined, 'the scripts run')

    await root.call('ssm', 'CancelCommand', { CommandId })

    for (const [name, { status, steps }] of await documents.endOf(CommandId)) {
      assert.equal(status, 'Cancelled', name)
      assert.ok(!steps.some(({ stdout }) => stdout.includes('next')), name)
    }
  })

  test('exit code 194 asks for a restart of the node, and the command stays in progress', async () => {
    const mainSteps = [shell('boot', ['exit 194']), shell('next', ['echo next'])]
    const CommandId = await documents.send({ mainSteps })

    await eventually(() => existsSync(join(shared, 'restart')) || undefined, 'our agent asks')
    if (amazons !== undefined) await eventually(() => amazons.restartsAsked || undefined, "Amazon's agent asks", 20_000)

    const { CommandInvocations: invocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
    assert.deepEqual(
      invocations.map(({ Status }) => Status),
      nodeIds.map(() => 'InProgress'),
    )
  })
}
