import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DocumentWorld, expectEverywhere, shell } from './world.ts'

const inner = (documentPath: string, inputs: object = {}) => ({
  action: 'aws:runDocument',
  name: 'inner',
  inputs: { documentType: 'SSMDocument', documentPath, ...inputs },
})
const fetched = (sourceInfo: object, destinationPath: string) => ({
  action: 'aws:downloadContent',
  name: 'fetch',
  inputs: { sourceType: 'HTTP', sourceInfo: JSON.stringify(sourceInfo), destinationPath },
})

/** What documents bring to the node: files, and other documents. */
export function testFetched(world: DocumentWorld): void {
  const { documents, filesUrl, server } = world
  const plain = { url: `${filesUrl}/x`, allowInsecureDownload: true }

  test('what was downloaded is there for the next steps', async () => {
    const call = shell('call', ['./hello.sh here', 'pwd | grep -o "[a-z]*/tools$"'], { workingDirectory: 'tools' })

    const outcomes = await documents.run({ mainSteps: [fetched(plain, 'tools/hello.sh'), call] })

    for (const [name, { status, steps }] of outcomes) {
      assert.equal(status, 'Success', name)
      const [fetch, called] = ['fetch', 'call'].map((step) => steps.find((one) => one.step === step))
      assert.match(fetch?.stdout ?? '', /^Content downloaded to \/.*\/downloads\/tools\/hello\.sh$/, name)
      assert.equal(called?.stdout, 'downloaded here\ndownloads/tools\n', name)
    }
  })

  test('a private authority is believed when something is downloaded over https', async () => {
    const fetch = fetched({ url: `${server.secureUrl}/healthz` }, 'health')
    const outcomes = await documents.run({ mainSteps: [fetch, shell('read', ['test -s health'])] })
    for (const [name, { status }] of outcomes) assert.equal(status, 'Success', name)
  })

  test('inner documents run with parameters of their own, and what they say is said by the step around them', async () => {
    const declared = { word: { type: 'String', default: 'usual', allowedPattern: '^[a-z]+$', maxChars: 9 } }
    const said = shell('say-', ['echo {{ word }}; echo e >&2'])
    await documents.create({ parameters: declared, mainSteps: [said] }, 'Inner')
    const stops = [shell('stop', ['echo stop; exit 168']), shell('rest', ['echo rest'])]
    await documents.create({ mainSteps: stops }, 'Stops')
    await documents.create({ mainSteps: [shell('ring', ['echo ring']), inner('Circle')] }, 'Circle')
    const next = shell('next', ['echo next'])
    const given = inner('Inner:1', { documentParameters: '{"word": "given"}' })
    const wrong = (word: string) => inner('Inner', { documentParameters: { word } })
    const cases: readonly (readonly [readonly object[], string, readonly string[]])[] = [
      [[given, next], 'Success', ['inner 0 given', 'next 0 next']],
      [[inner('Inner')], 'Success', ['inner 0 usual']],
      [[inner('Stops'), next], 'Success', ['inner 0 stop', 'next 0 next']],
      [[inner('Circle')], 'Failed', ['inner 1 ring|ring|ring']],
      [[inner('Nobody')], 'Failed', ['inner 1']],
      [[wrong('UP')], 'Failed', ['inner 1']],
      [[wrong('abcdefghij')], 'Failed', ['inner 1']],
    ]
    await Promise.all(cases.map(([mainSteps, status, steps]) => expectEverywhere(world, { mainSteps }, status, steps)))
  })

  test('AWS-RunDocument runs a document of the account, with its parameters', async () => {
    const mainSteps = [shell('say-', [], { runCommand: '{{ words }}' })]
    const name = await documents.create({ parameters: { words: { type: 'StringList' } }, mainSteps })
    const CommandId = await documents.sendNamed('AWS-RunDocument', {
      sourceType: ['SSMDocument'],
      sourceInfo: [JSON.stringify({ name })],
      documentParameters: [JSON.stringify({ words: ['echo a', 'echo b'] })],
    })
    await expectSaid(CommandId, 'runDocument', 'a\nb\n')
  })

  test('AWS-RunRemoteScript runs what it has downloaded', async () => {
    const CommandId = await documents.sendNamed('AWS-RunRemoteScript', {
      sourceType: ['HTTP'],
      sourceInfo: [JSON.stringify(plain)],
      // Amazon's agent gives what comes by HTTP a name of its own.
      commandLine: ['sh * there'],
    })
    await expectSaid(CommandId, 'runShellScript', 'downloaded there\n')
  })

  async function expectSaid(CommandId: string, name: string, text: string): Promise<void> {
    for (const [node, { status, steps }] of await documents.endOf(CommandId)) {
      assert.equal(status, 'Success', node)
      assert.equal(steps.find(({ step }) => step === name)?.stdout, text, node)
    }
  }
}
