import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type ChannelPeer, frameOf } from '@fairlead/testkit/channel-peer'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { success } from '@fairlead/testkit/simulated-reports'
import { decodeCancelContent, encodeAgentJobReply } from '@fairlead/wire/control-message'

const cancelled = { ...success, status: 'Cancelled', code: 137 } as const
const failed = { ...success, status: 'Failed', code: 3 } as const

/** Nobody can write to the store until the answered function is called. */
function holdStore(dataDir: string): () => void {
  const db = new DatabaseSync(join(dataDir, 'fairlead.db'), { timeout: 5_000 })
  db.exec('BEGIN IMMEDIATE')
  return () => {
    db.exec('ROLLBACK')
    db.close()
  }
}

/** The state as the API tells it, once it is another than `not`. */
function statusAfter(world: Awaited<ReturnType<typeof channelWorld>>, commandId: string, not: string) {
  return eventually(async () => {
    const { StatusDetails } = await world.invocation(commandId)
    return StatusDetails === not ? undefined : StatusDetails
  }, `another status than ${not}`)
}

test('a reply is acknowledged when what it says can be read by everybody', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const messageId = peer.reply(await peer.takeJob(), failed)

  assert.equal(await peer.takeReplyAck(), messageId)
  const { Status, ResponseCode } = await world.invocation(commandId)
  assert.deepEqual([Status, ResponseCode], ['Failed', 3])
})

test('a reply is not acknowledged before it is stored', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const job = await peer.takeJob()
  const release = holdStore(world.dataDir)

  const messageId = peer.reply(job)
  for (let times = 0; times < 20; times++) await peer.settle()
  assert.deepEqual(peer.inbox, [])
  assert.equal((await world.invocation(commandId)).Status, 'Pending')

  release()
  assert.equal(await peer.takeReplyAck(), messageId)
  assert.equal((await world.invocation(commandId)).Status, 'Success')
})

test('a reply that comes twice is acknowledged twice and counts once', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const job = await peer.takeJob()
  const messageId = peer.reply(job, { ...success, standardOutput: 'first' })
  assert.equal(await peer.takeReplyAck(), messageId)

  peer.reply(job, { ...failed, standardOutput: 'second' }, messageId)
  assert.equal(await peer.takeReplyAck(), messageId)
  const { Status, StandardOutputContent } = await world.invocation(commandId)
  assert.deepEqual([Status, StandardOutputContent], ['Success', 'first'])
})

test('a reply to a job that nobody knows is acknowledged, so that it is not sent again', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const messageId = peer.reply({ commandId: randomUUID(), nodeId: world.nodeId })
  assert.equal(await peer.takeReplyAck(), messageId)
})

test('a node that replies or acknowledges for another is not heard', async (t) => {
  const world = await channelWorld(t)
  const owner = await world.open()
  const other = await world.open(await world.register())
  const commandId = await world.send()
  const job = await owner.takeJob()

  other.reply(job)
  other.acknowledge(job)
  await other.settle()
  assert.equal(await world.metric('fairlead_channel_faults_total'), 2)
  assert.deepEqual(other.inbox, [])
  assert.equal((await world.invocation(commandId)).Status, 'Pending')
})

test('a reply that cannot be read is acknowledged and counted, and does not end the channel', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const { nodeId } = world
  await peer.takeJob()
  const jobId = `aws.ssm.${commandId}.${nodeId}`
  const topic = 'aws.ssm.sendCommand'
  const replies = [
    { jobId, topic, content: JSON.stringify({ documentStatus: 'Exploded', runtimeStatus: {} }) },
    { jobId, topic, content: JSON.stringify({ documentStatus: 'Success', runtimeStatus: [] }) },
    { jobId, topic, content: JSON.stringify({ documentStatus: 'Success', runtimeStatus: { a: { code: 'x' } } }) },
    { jobId, topic, content: 'no JSON' },
    { jobId, topic },
    { jobId, topic: 'aws.ssm.newCommand', content: '{}' },
    { jobId },
  ]
  for (const reply of replies) {
    const messageId = randomUUID()
    peer.socket.send(frameOf('agent_job_reply', reply, messageId))
    assert.equal(await peer.takeReplyAck(), messageId, JSON.stringify(reply))
  }
  assert.equal(await world.metric('fairlead_channel_unreadable_replies_total'), replies.length)
  assert.equal((await world.invocation(commandId)).Status, 'Pending')

  const messageId = peer.reply({ commandId, nodeId })
  assert.equal(await peer.takeReplyAck(), messageId)
  assert.equal((await world.invocation(commandId)).Status, 'Success')
})

test('a reply that names no job is a fault like any other', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  for (const reply of [{}, { jobId: 'x' }, { jobId: 1 }, { jobId: 'aws.ssm.a.b.c' }, { jobId: '' }, { jobId: null }]) {
    peer.socket.send(frameOf('agent_job_reply', reply))
  }
  assert.equal((await peer.closed).code, 1002)
  assert.equal(await world.metric('fairlead_channel_unreadable_replies_total'), 0)
})

test('a flood of replies is read no faster than it can be stored, and every one is acknowledged', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const other = await world.open(await world.register())
  const commandId = await world.send()
  const { nodeId } = await peer.takeJob()
  const release = holdStore(world.dataDir)
  const sent = new Set<string>()
  for (let number = 0; number < 200; number++) {
    const messageId = randomUUID()
    sent.add(messageId)
    peer.socket.send(frameOf('agent_job_reply', longReply(commandId, nodeId), messageId))
  }

  for (let times = 0; times < 50; times++) await other.settle()
  assert.ok(peer.socket.bufferedAmount > 0, 'the server read it all')
  release()
  for (let number = 0; number < 200; number++) sent.delete(await peer.takeReplyAck())
  assert.equal(sent.size, 0)
})

function longReply(commandId: string, nodeId: string): Uint8Array {
  const content = {
    documentStatus: 'InProgress',
    documentTraceOutput: 'x'.repeat(90_000),
    plugins: new Map(),
    agent: { name: 'a', version: '1', language: '', os: '', osVersion: '' },
  } as const
  return encodeAgentJobReply({ commandId, nodeId, kind: 'sendCommand', content })
}

test('a job without an acknowledgement comes again under its id, and never after one', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const first = await peer.takeJob()
  await world.pass(4, peer)
  const again = await peer.takeJob()
  assert.deepEqual([again.commandId, again.nodeId, again.content], [commandId, world.nodeId, first.content])

  peer.acknowledge(again)
  assert.equal(await statusAfter(world, commandId, 'Pending'), 'InProgress')
  await world.pass(100, peer)
  await noJobs(peer)
  assert.equal((await world.invocation(commandId)).StatusDetails, 'InProgress')
})

test('what was acknowledged does not come again on a new channel', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  peer.acknowledge(await peer.takeJob())
  await statusAfter(world, commandId, 'Pending')

  const newer = await world.open()
  await world.pass(5, newer)
  await noJobs(newer)
})

test('what was not acknowledged comes again as soon as a new channel is open', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  await peer.takeJob()
  peer.socket.terminate()
  const newer = await world.open()
  await world.pass(1, newer)
  assert.equal((await newer.takeJob()).commandId, commandId)
})

test('a full agent makes the command Delayed and gets it again', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  peer.acknowledge(await peer.takeJob(), '51402')
  assert.equal(await statusAfter(world, commandId, 'Pending'), 'Delayed')

  await world.pass(40, peer)
  const again = await peer.takeJob()
  assert.equal(again.commandId, commandId)
  peer.acknowledge(again)
  assert.equal(await statusAfter(world, commandId, 'Delayed'), 'InProgress')
})

test('a duplicate counts as delivered', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  peer.acknowledge(await peer.takeJob(), '51405')
  assert.equal(await statusAfter(world, commandId, 'Pending'), 'InProgress')
  await world.pass(10, peer)
  await noJobs(peer)
})

test('a job that the agent cannot use ends as Failed, and says why', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  for (const [code, why] of [
    ['51406', /not valid for the agent/],
    ['51408', /could not read the job/],
  ] as const) {
    const commandId = await world.send()
    peer.acknowledge(await peer.takeJob(), code)
    assert.equal(await statusAfter(world, commandId, 'Pending'), 'Failed')
    const { CommandInvocations = [] } = await world.root.call('ssm', 'ListCommandInvocations', { CommandId: commandId })
    assert.match(CommandInvocations[0]?.TraceOutput ?? '', why)
  }
})

test('a cancellation is a job of its own, and the end that the agent reports is the end', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const job = await peer.takeJob()
  peer.acknowledge(job)
  await statusAfter(world, commandId, 'Pending')

  await world.root.call('ssm', 'CancelCommand', { CommandId: commandId })
  const cancel = await peer.takeJob()
  assert.equal(cancel.kind, 'cancelCommand')
  assert.notEqual(cancel.commandId, commandId)
  assert.deepEqual(decodeCancelContent(cancel.content), { commandId, nodeId: world.nodeId })
  peer.acknowledge(cancel)
  const begun = { documentStatus: 'InProgress', runtimeStatus: null }
  const reply = { jobId: `aws.ssm.${cancel.commandId}.${world.nodeId}`, topic: 'aws.ssm.cancelCommand' }
  peer.socket.send(frameOf('agent_job_reply', { ...reply, content: JSON.stringify(begun) }))
  await peer.takeReplyAck()
  assert.equal((await world.invocation(commandId)).Status, 'Cancelling')

  peer.reply(job, cancelled)
  await peer.takeReplyAck()
  assert.equal((await world.invocation(commandId)).Status, 'Cancelled')
  peer.reply(job, success)
  await peer.takeReplyAck()
  assert.equal((await world.invocation(commandId)).Status, 'Cancelled')
})

async function noJobs(peer: ChannelPeer): Promise<void> {
  await peer.settle()
  assert.deepEqual(
    peer.inbox.map(({ messageType }) => messageType),
    [],
  )
}
