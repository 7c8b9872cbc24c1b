import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { makeNodeRole, runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { DocumentNodes, type Order, type StepOutcome } from './clients/document-nodes.ts'
import { findOfficialAgent, OfficialAgent } from './clients/official-agent.ts'

const official = findOfficialAgent()

const shell = (name: string, runCommand: readonly string[], inputs: object = {}, rest: object = {}) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand, ...inputs },
  ...rest,
})
const inner = (documentPath: string, inputs: object = {}) => ({
  action: 'aws:runDocument',
  name: 'inner',
  inputs: { documentType: 'SSMDocument', documentPath, ...inputs },
})
const when = (...operands: readonly string[]) => ({ precondition: { StringEquals: operands } })

// Every document runs on our agent and, where it is there, on Amazon's, and has to end the same on both.
describe('documents of several steps', async () => {
  let agent: OfficialAgent | undefined
  after(() => agent?.end()) // before the server, which would wait for it
  const server = await runServer({ after })
  const root = server.client()
  const shared = mkdtempSync(join(tmpdir(), 'fairlead-shared-'))
  after(() => rmSync(shared, { recursive: true, force: true }))

  const ours = await runNode({ after }, server, {
    secure: true,
    options: ['--reboot-command', `touch ${shared}/restart`],
  })
  const nodes = new Map([[ours.nodeId, 'ours']])
  if (official.skip === false) {
    const { ActivationId: id = '', ActivationCode: code = '' } = await root.call('ssm', 'CreateActivation', {
      IamRole: await makeNodeRole(root),
    })
    agent = new OfficialAgent(official.folder, server, { id, code })
    const theirs = await eventually(
      async () => {
        const { InstanceInformationList: all = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
        const node = all.find(({ InstanceId }) => InstanceId !== ours.nodeId)
        return node?.PingStatus === 'Online' && node.AgentVersion !== undefined ? node.InstanceId : undefined
      },
      "Amazon's agent is Online",
      40_000,
    )
    nodes.set(theirs, "Amazon's")
  }
  const documents = new DocumentNodes(root, nodes)

  const files = createServer((_, response) => response.end('#!/bin/sh\necho "downloaded $1"\n'))
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
  after(() => new Promise((resolve) => files.close(resolve)))
  const { port } = files.address() as AddressInfo // a TCP server's, once it listens

  /** Runs a document everywhere and expects the same everywhere: the status, and a line for each step. */
  const expectEverywhere = async (order: Order, status: string, steps: readonly string[]) => {
    for (const [name, outcome] of await documents.run(order)) {
      assert.equal(outcome.status, status, name)
      // Reports of steps overtake each other on their way from Amazon's agent.
      assert.deepEqual(outcome.steps.map(summary).sort(), [...steps].sort(), name)
    }
  }

  const expectStatus = async (order: Order, status: string) => {
    for (const [name, outcome] of await documents.run(order)) assert.equal(outcome.status, status, name)
  }

  test('a step that fails does not keep the others from running', async () => {
    const mainSteps = [shell('one-', ['echo one']), shell('two-', ['exit 3']), shell('three', ['echo three'])]
    await expectEverywhere({ mainSteps }, 'Failed', ['one- 0 one', 'two- 3', 'three 0 three'])
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
        expectEverywhere({ mainSteps: [first, rest, last] }, status, [line, 'rest 0 (skipped)', 'last 0 last']),
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
    await expectEverywhere({ mainSteps, parameters, given: { colour: ['red'] } }, 'Success', lines)
  })

  test('parameters of Parameter Store are looked up on the node', async () => {
    await root.call('ssm', 'PutParameter', { Name: '/app/word', Type: 'String', Value: 'two words; $(date)' })
    await root.call('ssm', 'PutParameter', { Name: 'lines', Type: 'StringList', Value: 'echo a,echo b' })
    const mainSteps = [shell('look', ["printf %s '{{ssm:/app/word}}'", 'echo', '{{ ssm:lines }}', '{{ more }}'])]
    const parameters = { more: { type: 'String' } }

    await root.call('ssm', 'PutParameter', { Name: 'plain', Type: 'String', Value: 'c' })
    await expectEverywhere({ mainSteps, parameters, given: { more: ['echo {{ssm:plain:1}}'] } }, 'Success', [
      'look 0 two words; $(date)|a|b|c',
    ])
  })

  test('what was downloaded is there for the next steps', async () => {
    const sourceInfo = JSON.stringify({ url: `http://127.0.0.1:${port}/x`, allowInsecureDownload: true })
    const destinationPath = 'tools/hello.sh'
    const fetch = {
      action: 'aws:downloadContent',
      name: 'fetch',
      inputs: { sourceType: 'HTTP', sourceInfo, destinationPath },
    }
    const call = shell('call', ['./hello.sh here', 'pwd | grep -o "[a-z]*/tools$"'], { workingDirectory: 'tools' })

    const outcomes = await documents.run({ mainSteps: [fetch, call] })

    for (const [name, { status, steps }] of outcomes) {
      assert.equal(status, 'Success', name)
      const [fetched, called] = ['fetch', 'call'].map((step) => steps.find((one) => one.step === step))
      assert.match(fetched?.stdout ?? '', /^Content downloaded to \/.*\/downloads\/tools\/hello\.sh$/, name)
      assert.equal(called?.stdout, 'downloaded here\ndownloads/tools\n', name)
    }
  })

  test('a private authority is believed when something is downloaded over https', async () => {
    const sourceInfo = { url: `${server.secureUrl}/healthz` }
    const fetch = {
      action: 'aws:downloadContent',
      name: 'fetch',
      inputs: { sourceType: 'HTTP', sourceInfo, destinationPath: 'health' },
    }
    await expectStatus({ mainSteps: [fetch, shell('read', ['test -s health'])] }, 'Success')
  })

  test('inner documents run with parameters of their own, and what they say is said by the step around them', async () => {
    const declared = { word: { type: 'String', default: 'usual', allowedPattern: '^[a-z]+$', maxChars: 9 } }
    await documents.create(
      { parameters: declared, mainSteps: [shell('say-', ['echo {{ word }}; echo e >&2'])] },
      'Inner',
    )
    await documents.create(
      { mainSteps: [shell('stop', ['echo stop; exit 168']), shell('rest', ['echo rest'])] },
      'Stops',
    )
    await documents.create({ mainSteps: [shell('ring', ['echo ring']), inner('Circle')] }, 'Circle')
    const next = shell('next', ['echo next'])

    const given = inner('Inner:1', { documentParameters: '{"word": "given"}' })
    await Promise.all([
      expectEverywhere({ mainSteps: [given, next] }, 'Success', ['inner 0 given', 'next 0 next']),
      expectEverywhere({ mainSteps: [inner('Inner')] }, 'Success', ['inner 0 usual']),
      expectEverywhere({ mainSteps: [inner('Stops'), next] }, 'Success', ['inner 0 stop', 'next 0 next']),
      expectEverywhere({ mainSteps: [inner('Circle')] }, 'Failed', ['inner 1 ring|ring|ring']),
      expectEverywhere({ mainSteps: [inner('Nobody')] }, 'Failed', ['inner 1']),
      expectEverywhere({ mainSteps: [inner('Inner', { documentParameters: { word: 'UP' } })] }, 'Failed', ['inner 1']),
      expectEverywhere({ mainSteps: [inner('Inner', { documentParameters: { word: 'abcdefghij' } })] }, 'Failed', [
        'inner 1',
      ]),
    ])
  })

  test('AWS-RunDocument runs a document of the account, with its parameters', async () => {
    const declared = { words: { type: 'StringList' } }
    const Name = await documents.create({
      parameters: declared,
      mainSteps: [shell('say-', [], { runCommand: '{{ words }}' })],
    })

    const CommandId = await documents.sendNamed('AWS-RunDocument', {
      sourceType: ['SSMDocument'],
      sourceInfo: [JSON.stringify({ name: Name })],
      documentParameters: [JSON.stringify({ words: ['echo a', 'echo b'] })],
    })

    for (const [name, { status, steps }] of await documents.endOf(CommandId)) {
      assert.equal(status, 'Success', name)
      assert.equal(steps.find(({ step }) => step === 'aws:runDocument')?.stdout, 'a\nb\n', name)
    }
  })

  test('AWS-RunRemoteScript runs a script of a web server on our agent', async () => {
    const ourNode = new DocumentNodes(root, new Map([[ours.nodeId, 'ours']]))
    const CommandId = await ourNode.sendNamed('AWS-RunRemoteScript', {
      sourceType: ['HTTP'],
      sourceInfo: [JSON.stringify({ url: `http://127.0.0.1:${port}/hello.sh`, allowInsecureDownload: true })],
      commandLine: ['hello.sh there'],
    })

    const { status, steps } = (await ourNode.endOf(CommandId)).get('ours') ?? { status: '', steps: [] }
    assert.equal(status, 'Success')
    assert.equal(steps.find(({ step }) => step === 'aws:runShellScript')?.stdout, 'downloaded there\n')
  })

  test('a cancel ends the step that runs and all that would follow', async () => {
    const mark = 'touch "$(printf %s/ "$DIR")runs-$AWS_SSM_INSTANCE_ID"'
    const mainSteps = [
      shell('wait', [mark, 'sleep 50'], { environment: { DIR: shared } }),
      shell('next', ['echo next']),
    ]
    const CommandId = await documents.send({ mainSteps })
    const marks = [...nodes.keys()].map((nodeId) => join(shared, `runs-${nodeId}`))
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
    if (agent !== undefined) await eventually(() => agent?.restartsAsked || undefined, "Amazon's agent asks", 20_000)

    const { CommandInvocations: invocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
    assert.deepEqual(
      invocations.map(({ Status }) => Status),
      invocations.map(() => 'InProgress'),
    )
    assert.equal(invocations.length, nodes.size)
  })
})

/** A step in a line: its name, its exit code and what it wrote itself, with bars for the ends of lines. */
function summary({ step, code, stdout }: StepOutcome): string {
  if (/skipped due to/.test(stdout)) return `${step} ${code} (skipped)`
  const own = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('Step '))
  return [step, code, ...(own.length === 0 ? [] : [own.join('|')])].join(' ')
}
