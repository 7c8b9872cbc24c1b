import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { StoreUnavailable } from '../store/database.ts'
import { cancelInvocation } from './testing/cancel-invocation.ts'
import { dispatcherWorld, jobId, reply } from './testing/dispatcher-world.ts'

const given = (t: TestContext) => dispatcherWorld(t, new ManualClock())

test('a connected node is handed its command at once, as the agent wants it', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  assert.deepEqual(world.links.jobs, [
    {
      nodeId: 'mi-1',
      job: {
        jobId: jobId(commandId, 'mi-1'),
        kind: 'send',
        topic: 'aws.ssm.sendCommand.us-east-1',
        content: '{"a":1}',
      },
    },
  ])
  assert.equal(await world.details(commandId, 'mi-1'), 'Pending')
})

test('a node that is away gets its command when it returns', async (t) => {
  const world = await given(t)
  await world.send(['mi-1'])
  await world.pass(100)
  assert.deepEqual(world.links.take(), [])
  await world.connect('mi-1')
  assert.deepEqual(world.links.take(), ['mi-1'])
})

test('a job without an acknowledgement is handed over again after 3, 6, 12, 24 and 30 seconds', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  await world.send(['mi-1'])
  const waits: number[] = []
  for (let second = 0, last = 0; second < 120; second++) {
    if (world.links.take().length > 0) {
      if (second > 0) waits.push(second - last)
      last = second
    }
    await world.pass(1)
  }
  assert.deepEqual(waits, [3, 6, 12, 24, 30, 30])
})

test('an acknowledged job is never handed over again, not even after a restart', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  assert.equal(await world.details(commandId, 'mi-1'), 'InProgress')
  world.links.take()
  await world.restart()
  await world.connect('mi-1')
  await world.pass(70)
  assert.deepEqual(world.links.take(), [])
})

test('a node is given five jobs at a time, and the next as it takes them', async (t) => {
  const world = await given(t)
  const ids: string[] = []
  for (let n = 0; n < 8; n++) ids.push(await world.send(['mi-1']))
  await world.connect('mi-1')
  assert.equal(world.links.take().length, 5)
  await world.acknowledge(ids[0] ?? '', 'mi-1')
  assert.equal(world.links.take().length, 1)
})

test('a full agent makes the command Delayed, and gets it when one of its commands has ended', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const first = await world.send(['mi-1'])
  await world.acknowledge(first, 'mi-1')
  const second = await world.send(['mi-1'])
  world.links.take()
  await world.acknowledge(second, 'mi-1', '51402')
  assert.equal(await world.details(second, 'mi-1'), 'Delayed')
  assert.deepEqual(world.links.take(), [])
  await world.reply(first, 'mi-1', reply('Success'))
  assert.deepEqual(world.links.take(), ['mi-1'])
  await world.acknowledge(second, 'mi-1')
  assert.equal(await world.details(second, 'mi-1'), 'InProgress')
})

test('a job that an agent took before it was full does not make it forgotten that others wait', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const running = await world.send(['mi-1'])
  await world.acknowledge(running, 'mi-1')
  const taken = await world.send(['mi-1'])
  const refused = await world.send(['mi-1'])
  await world.acknowledge(refused, 'mi-1', '51402')
  await world.acknowledge(taken, 'mi-1')
  world.links.take()

  await world.reply(running, 'mi-1', reply('Success'))

  assert.deepEqual(world.links.take(), ['mi-1'])
})

test('a full agent that says nothing more is tried again after a while', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1', '51402')
  world.links.take()
  await world.pass(2)
  assert.deepEqual(world.links.take(), [])
  await world.pass(2)
  assert.deepEqual(world.links.take(), ['mi-1'])
})

test('a refused job ends as Failed, with the reason', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1', '51406')
  const invocation = await world.commands.findInvocation(commandId, 'mi-1')
  assert.equal(invocation?.details, 'Failed')
  assert.match(invocation?.trace ?? '', /document is not valid/)
  assert.deepEqual(world.links.take('cancel'), [])
  assert.equal((await world.counts(commandId)).failed, 1)
})

test('a reply ends the invocation, and its outputs are kept', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  await world.reply(commandId, 'mi-1', reply('InProgress'))
  await world.reply(commandId, 'mi-1', reply('Failed', { code: 3, standardOutput: 'out é', standardError: 'err' }))
  const invocation = await world.commands.findInvocation(commandId, 'mi-1')
  const [step] = invocation?.plugins ?? []
  assert.deepEqual([invocation?.details, step?.code, step?.outputRef], ['Failed', 3, undefined])
  assert.equal(new TextDecoder().decode(await world.blobs.get(step?.stdoutRef ?? '')), 'out é')
  assert.equal(new TextDecoder().decode(await world.blobs.get(step?.stderrRef ?? '')), 'err')
  assert.deepEqual((await world.counts(commandId)).completed, 1)
})

test('replies for nobody, for another node, twice and late are heard and change nothing', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2')
  const commandId = await world.send(['mi-1', 'mi-2'])
  const { reports, clock } = world
  await reports.replied('mi-1', 'nonsense', 'r', reply('Success'), clock.now())
  await reports.replied('mi-1', jobId('no-such-command', 'mi-1'), 'r', reply('Success'), clock.now())
  await reports.replied('mi-1', jobId(commandId, 'mi-2'), 'r', reply('Success'), clock.now())
  await reports.acknowledged('mi-1', jobId(commandId, 'mi-2'), '200', clock.now())
  await reports.refused('mi-1', jobId(commandId, 'mi-2'), 'no', clock.now())
  assert.equal(await world.details(commandId, 'mi-2'), 'Pending')
  await world.reply(commandId, 'mi-1', reply('Success', { standardOutput: 'one' }))
  const before = await world.commands.findInvocation(commandId, 'mi-1')
  await world.reply(commandId, 'mi-1', reply('Success', { standardOutput: 'one' }))
  await world.reply(commandId, 'mi-1', reply('Failed', { standardOutput: 'two' }))
  assert.deepEqual(await world.commands.findInvocation(commandId, 'mi-1'), before)
})

test('a cancellation is told until the invocation ends, each time under a new id', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  world.links.take()
  await cancelInvocation(world, commandId, 'mi-1')
  await world.settled()
  await world.pass(10)
  const jobs = world.links.jobs.filter(({ job }) => job.kind === 'cancel').map(({ job }) => job)
  assert.equal(jobs.length, 3)
  assert.equal(new Set(jobs.map((job) => job.jobId)).size, 3)
  for (const job of jobs) {
    assert.equal(job.topic, 'aws.ssm.cancelCommand.us-east-1')
    assert.deepEqual(JSON.parse(job.content), { CancelMessageId: jobId(commandId, 'mi-1') })
  }
  world.links.take()
  await world.reply(commandId, 'mi-1', reply('Cancelled', { code: 137 }))
  await world.pass(60)
  assert.equal(await world.details(commandId, 'mi-1'), 'Cancelled')
  assert.deepEqual(world.links.take('cancel'), [])
})

test('an agent that takes a job after it was cancelled is told to stop', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  const at = world.clock.now()
  await world.commands.endUndelivered({ commandId, nodeIds: ['mi-1'], details: 'Cancelled', at })
  await world.settled()
  world.links.take()
  await world.acknowledge(commandId, 'mi-1')
  assert.deepEqual(world.links.take('cancel'), ['mi-1'])
  assert.equal(await world.details(commandId, 'mi-1'), 'Cancelled')
})

test('an agent that begins with a job that was given up is told to stop', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'], { timeoutSeconds: 30, executionTimeoutSeconds: 5 })
  await world.pass(36)
  world.links.take()
  await world.reply(commandId, 'mi-1', reply('InProgress'))
  assert.deepEqual(world.links.take('cancel'), ['mi-1'])
  assert.equal(await world.details(commandId, 'mi-1'), 'DeliveryTimedOut')
})

test('a full link is tried again', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  world.links.isFull = true
  await world.send(['mi-1'])
  assert.deepEqual(world.links.take(), [])
  world.links.isFull = false
  await world.pass(3)
  assert.deepEqual(world.links.take(), ['mi-1'])
})

test('a lost hint costs time and nothing else', async (t) => {
  const world = await given(t)
  await world.pass(5)
  await world.send(['mi-1'])
  world.links.open.add('mi-1')
  await world.pass(26)
  assert.deepEqual(world.links.take(), ['mi-1'])
})

test('a node that polls is told the same jobs until it acknowledges them', async (t) => {
  const world = await given(t)
  const commandId = await world.send(['mi-1'])
  const ids = (jobs: readonly { jobId: string }[]) => jobs.map((job) => job.jobId)
  assert.deepEqual(ids(await world.reports.nextJobs('mi-1', 10)), [jobId(commandId, 'mi-1')])
  assert.deepEqual(ids(await world.reports.nextJobs('mi-1', 10)), [jobId(commandId, 'mi-1')])
  await world.acknowledge(commandId, 'mi-1')
  assert.deepEqual(await world.reports.nextJobs('mi-1', 10), [])
})

test('what waits for a deregistered node is Undeliverable', async (t) => {
  const world = await given(t)
  const commandId = await world.send(['mi-1'])
  const late = await world.send(['mi-1'], { timeoutSeconds: 30 })
  await world.pass(40)
  world.bus.publish({ kind: 'deregistered', nodeId: 'mi-1', at: world.clock.now() })
  await world.settled()
  assert.equal(await world.details(commandId, 'mi-1'), 'Undeliverable')
  assert.equal(await world.details(late, 'mi-1'), 'Undeliverable')
})

test('what a deregistered node was running ends at once, is no error, and gives its place to the next', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2')
  const commandId = await world.send(['mi-1', 'mi-2'], { maxConcurrency: '1', maxErrors: '0' })
  const [first = ''] = world.links.take()
  await world.acknowledge(commandId, first)
  world.links.open.delete(first)
  world.bus.publish({ kind: 'deregistered', nodeId: first, at: world.clock.now() })
  await world.settled()
  const ended = await world.commands.findInvocation(commandId, first)
  assert.deepEqual([ended?.details, ended?.trace], ['DeliveryTimedOut', 'The node was deregistered.'])
  const [second = ''] = world.links.take()
  assert.notEqual(second, first)
  await world.acknowledge(commandId, second)
  await world.reply(commandId, second, reply('Success'))
  const { deliveryTimedOut, success, completed } = await world.counts(commandId)
  assert.deepEqual([deliveryTimedOut, success, completed], [1, 1, 2])
})

test('a server that died before it was said that a node is gone ends what was its when it is back', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2', 'mi-3')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '1', maxErrors: '0' })
  await world.acknowledge(commandId, 'mi-1')
  world.links.take()
  await world.stop()
  for (const nodeId of ['mi-1', 'mi-2']) {
    world.links.open.delete(nodeId)
    await world.nodes.removeNode(nodeId, world.clock.now())
  }
  await world.restart()
  await world.connect('mi-3')
  await world.pass(1)

  assert.equal(await world.details(commandId, 'mi-1'), 'DeliveryTimedOut')
  assert.equal(await world.details(commandId, 'mi-2'), 'Undeliverable')
  assert.deepEqual(world.links.take(), ['mi-3'])
})

test('what nodes that are gone have left is ended also when the store cannot be read at first', async (t) => {
  const world = await given(t)
  const commandId = await world.send(['mi-1'])
  await world.stop()
  await world.nodes.removeNode('mi-1', world.clock.now())
  const read = world.commands.unfinishedOfGone.bind(world.commands)
  world.commands.unfinishedOfGone = async () => {
    world.commands.unfinishedOfGone = read
    throw new StoreUnavailable('the disk does not answer')
  }

  await world.restart()
  await world.pass(1)
  assert.equal(await world.details(commandId, 'mi-1'), 'Pending')
  await world.pass(1)
  assert.equal(await world.details(commandId, 'mi-1'), 'Undeliverable')
})

test('what was to be cancelled on a deregistered node is Cancelled', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  await cancelInvocation(world, commandId, 'mi-1')
  await world.settled()
  world.bus.publish({ kind: 'deregistered', nodeId: 'mi-1', at: world.clock.now() })
  await world.settled()
  assert.equal(await world.details(commandId, 'mi-1'), 'Cancelled')
})

test('a stopped dispatcher hands nothing over', async (t) => {
  const world = await given(t)
  await world.stop()
  await world.connect('mi-1')
  await world.send(['mi-1'])
  await world.pass(40)
  assert.deepEqual(world.links.take(), [])
})
