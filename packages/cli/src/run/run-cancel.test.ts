import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { within } from '@fairlead/testkit/within'
import type { Person } from '../terminal/person.ts'
import { HeldPerson, nobody } from '../testing/given-person.ts'
import { type Gatekeeper, openRequestGate } from '../testing/request-gate.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { type RunOptions, runCommand } from './run-command.ts'

// More nodes than a command takes by name, and none of them ever there.
const world = await given({ after })
const { root } = world
const crowd = await Promise.all(Array.from({ length: 51 }, () => NodeMachine.register(world)))
const nodes = crowd.map(({ nodeId }) => nodeId).join(',')
const [one = ''] = nodes.split(',')

const free: Gatekeeper = async () => undefined
let keeper = free
const url = await openRequestGate({ after }, world.url, (passing) => keeper(passing))
beforeEach(() => {
  keeper = free
})
const environment = {
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: world.rootCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: world.rootCredentials.secretAccessKey,
}

/** Holds the command back that is sent after so many others. */
function holdSending(before: number): { readonly reached: Promise<void>; release(): void } {
  const reached = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  let sent = 0
  keeper = async ({ operation, isRehearsal }) => {
    if (operation === 'SendCommand' && !isRehearsal && sent++ === before) {
      reached.resolve()
      await open.promise
    }
    return undefined
  }
  return { reached: within(reached.promise, 'a command is sent'), release: open.resolve }
}

function run(options: RunOptions, person: Person = nobody, surroundings = testSurroundings({ environment })) {
  const ended = runCommand(['id'], { confirm: 51, ...options }, surroundings, person)
  return { ended, surroundings }
}

async function newest(count: number) {
  const { Commands = [] } = await root.call('ssm', 'ListCommands', { MaxResults: count })
  return Commands.map(({ CommandId = '', TargetCount, Status = '' }) => ({ CommandId, TargetCount, Status }))
}

async function interruptWhileSending(options: RunOptions, before: number, onCancel: () => void = () => undefined) {
  const sending = holdSending(before)
  const person = new HeldPerson('y')
  const asked = person.nextQuestion()
  const { ended, surroundings } = run(options, person)
  await sending.reached
  person.interrupt()
  await within(asked, 'the question')
  await new Promise((resolve) => setImmediate(resolve))
  onCancel()
  sending.release()
  return { status: await within(ended, 'the run'), surroundings }
}

test('a cancel that is confirmed while the command is sent cancels it', async () => {
  const { status, surroundings } = await interruptWhileSending({ nodes: one, wait: true }, 0)

  assert.equal(status, 255)
  assert.match(surroundings.complained(), /Cancelling …\n/)
  const [{ Status } = { Status: '' }] = await newest(1)
  assert.match(Status, /^Cancel/)
})

test('of several commands those that were sent are cancelled, and the one that is being sent', async () => {
  const { surroundings } = await interruptWhileSending({ nodes }, 1)

  assert.deepEqual(
    (await newest(2)).map(({ TargetCount, Status }) => [TargetCount, Status.slice(0, 6)]),
    [
      [1, 'Cancel'],
      [50, 'Cancel'],
    ],
  )
  assert.match(surroundings.complained(), /Cancelling …\n/)
})

test('a command that cannot be cancelled is told, and does not keep the others', async () => {
  let refused = 0
  const holding = () => {
    const before = keeper
    keeper = async (passing) => {
      if (passing.operation === 'CancelCommand' && refused++ === 0) return { status: 400, code: 'AccessDenied' }
      return await before(passing)
    }
  }
  const { surroundings } = await interruptWhileSending({ nodes }, 1, holding)
  const [last, first] = await newest(2)

  assert.match(last?.Status ?? '', /^Cancel/)
  assert.equal(first?.Status, 'Pending')
  assert.ok(surroundings.complained().includes(`Not cancelled: ${first?.CommandId}`), surroundings.complained())
  assert.match(surroundings.complained(), /AccessDenied/)
})

for (const wait of [undefined, false]) {
  test(`when a later command cannot be sent, those that are out are told${wait === false ? ' without waiting' : ''}`, async () => {
    let sent = 0
    keeper = async ({ operation, isRehearsal }) =>
      operation === 'SendCommand' && !isRehearsal && sent++ === 1 ? { status: 400, code: 'AccessDenied' } : undefined
    const { ended, surroundings } = run({ nodes, ...(wait === undefined ? {} : { wait }) })

    await assert.rejects(ended, /AccessDenied/)
    const [{ CommandId } = { CommandId: 'none' }] = await newest(1)
    assert.ok(`${surroundings.said()}${surroundings.complained()}`.includes(CommandId), surroundings.complained())
    if (wait === undefined) assert.match(surroundings.complained(), /To see it: fairlead commands \S+ --watch/)
  })
}

test('nothing is drawn over an error', async () => {
  let sent = 0
  keeper = async ({ operation, isRehearsal }) =>
    operation === 'SendCommand' && !isRehearsal && sent++ === 1 ? { status: 400, code: 'AccessDenied' } : undefined
  const screen: string[] = []
  const stderr = { isTTY: true, columns: 80, write: (text: string) => screen.push(text) }
  let elapsed = 0
  const surroundings = testSurroundings({ environment, stderr, elapsed: () => (elapsed += 100) })
  const { ended } = run({ nodes }, nobody, surroundings)

  await assert.rejects(ended)
  const drawn = screen.findLastIndex((text) => text.includes('░'))
  assert.ok(drawn >= 0, 'there was a bar')
  assert.ok(
    screen.slice(drawn + 1).some((text) => text.endsWith('\x1b[J')),
    JSON.stringify(screen.slice(drawn)),
  )
})

test('a run of several commands is run again as one, and commands that differ are not', async () => {
  const first = run({ nodes, wait: false })
  await first.ended
  const ids = first.surroundings.said().trimEnd().split('\n')
  const again = runCommand(ids, { rerun: 'all', dryRun: true }, testSurroundings({ environment }), nobody)
  const other = testSurroundings({ environment })
  await runCommand(['uptime'], { nodes: one, wait: false }, other, nobody)
  const mixed = [...ids, other.said().trim()]

  assert.equal(ids.length, 2)
  assert.equal(await again, 0)
  await assert.rejects(
    runCommand(mixed, { rerun: 'all' }, testSurroundings({ environment }), nobody),
    /not parts of one run/,
  )
})
