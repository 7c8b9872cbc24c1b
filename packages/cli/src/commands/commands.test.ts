import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import type { SimulatedOutcome } from '@fairlead/testkit/simulated-reports'
import { givenFleet, saying } from '../testing/given-fleet.ts'
import { nobody } from '../testing/given-person.ts'
import { openRequestGate } from '../testing/request-gate.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { cancelCommand } from './cancel-command.ts'
import { listCommands } from './list-commands.ts'
import { type ShowCommandOptions, showCommand } from './show-command.ts'

const world = await given({ after })
const { dataDir, root } = world
let outcome: (name: string) => SimulatedOutcome | undefined = (name) => saying(`${name}\n`, name === 'db-2' ? 9 : 0)
const fleet = await givenFleet({ after }, world, { names: ['db-1', 'db-2'], outcome: (name) => outcome(name) })

async function send(): Promise<string> {
  const { Command } = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: fleet.map(({ nodeId }) => nodeId),
    Parameters: { commands: ['hostname\nid'] },
    MaxErrors: '100%',
  })
  return Command?.CommandId ?? ''
}

async function show(id: string, nodes?: string, options: ShowCommandOptions = {}) {
  const surroundings = testSurroundings({
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
  })
  const status = await showCommand(id, nodes, { dataDir, ...options }, surroundings, nobody)
  return { status, said: surroundings.said(), complained: surroundings.complained() }
}

test('a command is watched to its end, and then told as its run would have told it', async () => {
  const id = await send()
  const all = await show(id, undefined, { watch: true })
  const one = await show(id, 'db-2')

  assert.equal(all.status, 1)
  assert.match(
    all.said,
    /── db-1 ──\ndb-1\n── db-2 ── exit code 9\ndb-2\n\n1 of 2 succeeded, 1 failed\nexit codes: 0 × 1, 9 × 1\n/,
  )
  assert.match(all.complained, /AWS-RunShellScript: hostname\n/)
  assert.deepEqual([one.status, one.said], [9, 'db-2\n'])
  await assert.rejects(show('1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f'), /There is no command/)
})

test('nothing is drawn over an error of a command that is watched', async () => {
  const id = await send()
  let listed = 0
  const url = await openRequestGate({ after }, world.url, async ({ operation }) =>
    operation === 'ListCommandInvocations' && listed++ > 0 ? { status: 400, code: 'AccessDenied' } : undefined,
  )
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: world.rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: world.rootCredentials.secretAccessKey,
  }
  const screen: string[] = []
  let elapsed = 0
  const surroundings = testSurroundings({
    environment,
    elapsed: () => (elapsed += 100),
    stderr: { isTTY: true, columns: 80, write: (text: string) => screen.push(text) },
  })

  await assert.rejects(showCommand(id, undefined, { watch: true }, surroundings, nobody), /AccessDenied/)
  const drawn = screen.findLastIndex((text) => text.includes(' of 2'))
  assert.ok(drawn >= 0, 'there was a bar')
  assert.ok(
    screen
      .slice(drawn + 1)
      .join('')
      .endsWith('\x1b[J'),
  )
})

test('commands are listed, the newest first, and those that run by themselves', async () => {
  outcome = () => undefined
  const id = await send()
  const surroundings = testSurroundings()
  await listCommands({ dataDir, limit: 20 }, surroundings)
  const running = testSurroundings()
  await listCommands({ dataDir, limit: 20, running: true, json: true, node: 'db-1' }, running)
  const [head = '', first = ''] = surroundings.said().split('\n')

  assert.match(head, /^COMMAND +SENT +STATE +NODES +ERRORS +WHAT$/)
  assert.match(first, new RegExp(`^${id} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +\\w+ +0/2 +hostname$`))
  assert.deepEqual(
    JSON.parse(running.said()).map(({ CommandId }: { CommandId: string }) => CommandId),
    [id],
  )
})

test('a command is cancelled on some of its nodes', async () => {
  outcome = () => undefined
  const id = await send()
  await cancelCommand(id, { dataDir, nodes: 'db-1' }, testSurroundings())
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId: id })
  const [one, other] = ['db-1', 'db-2'].map((name) =>
    CommandInvocations.find(({ InstanceName }) => InstanceName === name),
  )

  assert.match(one?.Status ?? '', /^Cancel/)
  assert.doesNotMatch(other?.Status ?? '', /^Cancel/)
  const nothing = cancelCommand('1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f', { dataDir }, testSurroundings())
  await assert.rejects(nothing, /There is no command/)
  await assert.rejects(cancelCommand('web-01', { dataDir }, testSurroundings()), /There is no command web-01/)
})

test('a command that has ended is not said to be stopped', async () => {
  outcome = (name) => saying(`${name}\n`, name === 'db-2' ? 9 : 0)
  const id = await send()
  await show(id, undefined, { watch: true })
  const cancel = async (options: { readonly json?: boolean; readonly nodes?: string }) => {
    const surroundings = testSurroundings()
    await cancelCommand(id, { dataDir, ...options }, surroundings)
    return surroundings
  }

  assert.equal(
    (await cancel({})).complained(),
    `It has ended already: Incomplete. fairlead commands ${id} tells how.\n`,
  )
  assert.match((await cancel({ nodes: 'db-1' })).complained(), /^It has ended already/)
  assert.deepEqual(JSON.parse((await cancel({ json: true })).said()), {
    commandId: id,
    nodeIds: [],
    ended: 'Incomplete',
  })
})

test('who may not look at commands may cancel them, and is told that it was asked', async () => {
  outcome = () => undefined
  const id = await send()
  const url = await openRequestGate({ after }, world.url, async ({ operation }) =>
    operation === 'ListCommands' ? { status: 400, code: 'AccessDenied' } : undefined,
  )
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: world.rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: world.rootCredentials.secretAccessKey,
  }
  const surroundings = testSurroundings({ environment })

  await cancelCommand(id, {}, surroundings)

  assert.match(surroundings.complained(), /^Asked to stop/)
})

test('a command is cancelled on more nodes than one request may name', async () => {
  const id = await send()
  const strangers = Array.from({ length: 60 }, (_, index) => `mi-${String(index).padStart(17, '0')}`)
  const cancelled = cancelCommand(id, { dataDir, nodes: strangers.join(',') }, testSurroundings())
  // That of the server about the first of them, and none about how many there are.
  await assert.rejects(cancelled, /InvalidInstanceId/)
})
