import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  type AgentJobOutputEnd,
  decodeAgentJobOutputAck,
  decodeAgentJobWatch,
  encodeAgentJobOutput,
  outputStart,
} from '@fairlead/wire/control-message'
import type { WatchCommandResponse } from '@fairlead/wire/model/generated/fairlead'
import { saidOf } from '../../../../testkit/src/any-operation.ts'
import type { ApiClient } from '../../../../testkit/src/api-client.ts'
import { ChannelPeer, channelToken, frameOf, type Job } from '../../../../testkit/src/channel-peer.ts'
import { channelWorld } from '../../../../testkit/src/channel-world.ts'
import { eventually } from '../../../../testkit/src/eventually.ts'
import { given } from '../../../../testkit/src/given.ts'

type World = Awaited<ReturnType<typeof channelWorld>>
const done = { status: 'Success', code: 0, standardOutput: 'stored', standardError: '' } as const

/** A node whose agent sends live output, by the hand of the test, and a command that it has taken on. */
async function world(t: TestContext) {
  const held = await channelWorld(t)
  const peer = await liveChannel(held)
  const CommandId = await held.send()
  const job = await takeOn(held.root, peer)
  return { ...held, peer, job, CommandId }
}

/** The next job is taken on, and the server has written that down. */
async function takeOn(root: ApiClient, peer: ChannelPeer): Promise<Job> {
  const job = await peer.takeJob()
  peer.acknowledge(job)
  const input = { CommandId: job.commandId, InstanceId: job.nodeId }
  await eventually(async () => {
    const { Status } = await root.call('ssm', 'GetCommandInvocation', input)
    return Status === 'InProgress' ? Status : undefined
  }, 'the invocation is InProgress')
  return job
}

async function liveChannel({ server, node, clock }: Pick<World, 'server' | 'node' | 'clock'>): Promise<ChannelPeer> {
  const token = await channelToken(node)
  const peer = await ChannelPeer.upgrade(server, node, () => clock.now())
  peer.showToken(token, { sendsLiveOutput: true })
  await peer.settle()
  return peer
}

function say(peer: ChannelPeer, job: Job, offset: number, text: string | Uint8Array): void {
  const { commandId, nodeId } = job
  const step = { step: 0, stepName: 'runShellScript', plugin: 'aws:runShellScript', stream: 'stdout' as const }
  const output = { commandId, nodeId, ...step, offset, bytes: Buffer.from(text) }
  peer.socket.send(frameOf('agent_job_output', encodeAgentJobOutput(output)))
}

function sayEnd(peer: ChannelPeer, { commandId, nodeId }: Job, end: AgentJobOutputEnd['end']): void {
  peer.socket.send(frameOf('agent_job_output', encodeAgentJobOutput({ commandId, nodeId, end })))
}

const look = (client: ApiClient, CommandId: string, NextToken?: string): Promise<WatchCommandResponse> =>
  client.call('fairlead', 'WatchCommand', { CommandId, NextToken, WaitSeconds: 0 })

/** The first look, which makes the server ask the agent. */
async function begin({
  root,
  CommandId,
  clock,
  peer,
}: Pick<World, 'root' | 'clock'> & { CommandId: string; peer: ChannelPeer }) {
  const { NextToken = '' } = await look(root, CommandId)
  clock.advance(200)
  const watch = decodeAgentJobWatch((await peer.take('agent_job_watch')).payload)
  return { NextToken, watch }
}

/** Until so many requests wait for news. */
function waitingFor(metric: World['metric'], count: number): Promise<true> {
  return eventually(
    async () => ((await metric('fairlead_waiting_watchers')) === count ? true : undefined),
    `${count} who wait`,
  )
}

const textsOf = ({ Output = [] }: WatchCommandResponse) => Output.map(({ Text }) => Text)

test('output comes to who waits for it, and the end of the node after all of it', async (t) => {
  const { root, peer, job, CommandId, clock, nodeId, metric } = await world(t)
  await peer.settle()
  assert.deepEqual(peer.inbox, [], 'nobody watches, so the agent is asked for nothing')

  await root.call('fairlead', 'WatchCommand', { CommandId, WaitSeconds: 0, WithOutput: false })
  clock.advance(200)
  await peer.settle()
  assert.deepEqual(peer.inbox, [], 'nobody wants output')
  const { NextToken, watch } = await begin({ root, CommandId, clock, peer })
  assert.deepEqual(watch, { commandId: CommandId, nodeId, from: outputStart })
  const waiting = root.call('fairlead', 'WatchCommand', { CommandId, NextToken })
  await waitingFor(metric, 1)
  say(peer, job, 0, 'one\n')
  await peer.settle()
  clock.advance(100)
  const first = await waiting
  const piece = { InstanceId: nodeId, PluginName: 'aws:runShellScript', Stream: 'stdout' }
  assert.deepEqual(first.Output, [{ ...piece, Offset: 0, Text: 'one\n' }])

  say(peer, job, 4, 'two\n')
  peer.reply(job, done)
  await peer.takeReplyAck()
  const second = await look(root, CommandId, first.NextToken)
  assert.deepEqual([textsOf(second), second.Ended, second.CompletedCount], [['two\n'], [], 1])

  say(peer, job, 8, 'é')
  sayEnd(peer, job, 'sent')
  await peer.settle()
  const last = await look(root, CommandId, second.NextToken)
  assert.deepEqual([textsOf(last), last.Ended?.length, last.NextToken], [['é'], 1, undefined])
})

test('an agent that has not said that it can is asked for nothing, and its output is told at its end', async (t) => {
  const held = await channelWorld(t)
  const { root, clock } = held
  const peer = await held.open()
  const CommandId = await held.send()
  const job = await takeOn(root, peer)
  const { NextToken } = await look(root, CommandId)
  clock.advance(1_000)
  await peer.settle()
  assert.deepEqual(peer.inbox, [])

  peer.reply(job, { ...done, standardError: 'errors' })
  await peer.takeReplyAck()
  const page = await look(root, CommandId, NextToken)
  const of = (Stream: string, Text: string) => ({ PluginName: 'aws:runShellScript', Stream, Offset: 0, Text })
  assert.partialDeepStrictEqual(page.Output, [of('stdout', 'stored'), of('stderr', 'errors')])
  assert.deepEqual([page.Ended?.length, page.NextToken], [1, undefined])
  assert.deepEqual((await root.call('fairlead', 'WatchCommand', { CommandId, WithOutput: false })).Output, [])
})

test('a node that is soon through is not asked, whoever else takes longer', async (t) => {
  const held = await world(t)
  const { root, clock, peer, register, server, CommandId, nodeId } = held
  const quick = await register()
  const other = await liveChannel({ server, node: quick, clock })
  await begin({ root, CommandId, clock, peer })
  const both = await held.send({ InstanceIds: [nodeId, quick.nodeId] })
  const { NextToken } = await look(root, both)
  await takeOn(root, peer)
  clock.advance(80)
  const job = await takeOn(root, other)
  clock.advance(40)
  assert.equal(decodeAgentJobWatch((await peer.take('agent_job_watch')).payload).commandId, both)
  other.reply(job, done)
  await other.takeReplyAck()
  clock.advance(1_000)
  await other.settle()
  assert.deepEqual(other.inbox, [])
  const { Ended = [], Output } = await look(root, both, NextToken)
  assert.deepEqual([Ended.length, textsOf({ Output })], [1, ['stored']])
})

test('an output that was cut for the report is asked for as a whole, before the end is told', async (t) => {
  const { root, peer, job, CommandId } = await world(t)
  peer.reply(job, { ...done, standardOutput: `${'x'.repeat(23_980)}--output truncated--` })
  await peer.takeReplyAck()
  const page = await look(root, CommandId)
  assert.deepEqual([textsOf(page), page.Ended], [[], []])
  assert.deepEqual(decodeAgentJobWatch((await peer.take('agent_job_watch')).payload).from, outputStart)

  const whole = 'x'.repeat(30_000)
  say(peer, job, 0, whole)
  sayEnd(peer, job, 'sent')
  await peer.settle()
  const last = await look(root, CommandId, page.NextToken)
  assert.deepEqual([textsOf(last), last.Ended?.length, last.NextToken], [[whole], 1, undefined])
})

test('when the agent no longer has the whole of it, what was kept is told', async (t) => {
  const { root, peer, job, CommandId } = await world(t)
  const kept = `${'x'.repeat(23_980)}--output truncated--`
  peer.reply(job, { ...done, standardOutput: kept })
  await peer.takeReplyAck()
  const page = await look(root, CommandId)
  await peer.take('agent_job_watch')
  sayEnd(peer, job, 'unknown')
  await peer.settle()
  const last = await look(root, CommandId, page.NextToken)
  assert.deepEqual([textsOf(last), last.Ended?.length, last.NextToken], [[kept], 1, undefined])
})

test('an agent hears what was taken, and who is too slow how much they missed', async (t) => {
  const { root, peer, job, CommandId, clock } = await world(t)
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  const block = 32 * 1024
  let fast = NextToken
  let taken = 0
  for (let round = 0; round < 6; round++) {
    say(peer, job, round * block, 'x'.repeat(block))
    await peer.settle()
    const page = await look(root, CommandId, fast)
    assert.equal(textsOf(page).join('').length, block)
    fast = page.NextToken ?? ''
    await look(root, CommandId, fast)
    taken = decodeAgentJobOutputAck((await peer.take('agent_job_output_ack')).payload).taken
  }
  assert.equal(taken, 6 * block)

  const { Output: [slow] = [] } = await look(root, CommandId, NextToken)
  assert.deepEqual([slow?.Offset, slow?.Missed, slow?.Text?.length], [2 * block, 2 * block, 4 * block])
})

test('after the server was started anew an agent goes on where the watch was', async (t) => {
  const { root, peer, job, CommandId, clock, stop, dataDir, node, nodeId } = await world(t)
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  say(peer, job, 0, 'one\n')
  await peer.settle()
  const page = await look(root, CommandId, NextToken)
  await stop()

  const again = await given(t, { dataDir, clock })
  assert.equal((await look(again.root, CommandId, page.NextToken)).NextToken, page.NextToken)
  const next = await liveChannel({ server: again, node: node.on(again), clock })
  clock.advance(200)
  const { from } = decodeAgentJobWatch((await next.take('agent_job_watch')).payload)
  assert.deepEqual(from, { step: 0, stdout: 4, stderr: 0 })
  say(next, job, 4, 'two\n')
  await next.settle()
  const { Output } = await look(again.root, CommandId, page.NextToken)
  assert.partialDeepStrictEqual(Output, [{ InstanceId: nodeId, Offset: 4, Text: 'two\n' }])
})

test('of a node that ended while the server was away the rest is asked for', async (t) => {
  const { root, peer, job, CommandId, clock, stop, dataDir, node } = await world(t)
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  say(peer, job, 0, 'one\n')
  await peer.settle()
  const page = await look(root, CommandId, NextToken)
  await stop()

  const again = await given(t, { dataDir, clock })
  const next = await liveChannel({ server: again, node: node.on(again), clock })
  next.reply(job, { ...done, standardOutput: 'one\ntwo\n' })
  await next.takeReplyAck()
  const { Ended, NextToken: same } = await look(again.root, CommandId, page.NextToken)
  assert.deepEqual([Ended, same], [[], page.NextToken])
  const { from } = decodeAgentJobWatch((await next.take('agent_job_watch')).payload)
  assert.deepEqual(from, { step: 0, stdout: 4, stderr: 0 })
  sayEnd(next, job, 'unknown')
  await next.settle()
  const last = await look(again.root, CommandId, page.NextToken)
  assert.deepEqual([textsOf(last), last.Ended?.length, last.NextToken], [['two\n'], 1, undefined])
})

test('an agent that comes back is asked to go on, and what it sends twice is told once', async (t) => {
  const held = await world(t)
  const { root, peer, job, CommandId, clock } = held
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  say(peer, job, 0, 'one\n')
  await peer.settle()
  peer.socket.terminate()
  await peer.closed
  const next = await liveChannel(held)
  const { from } = decodeAgentJobWatch((await next.take('agent_job_watch')).payload)
  assert.deepEqual(from, { step: 0, stdout: 4, stderr: 0 })
  say(next, job, 0, 'one\ntwo\n')
  await next.settle()
  assert.deepEqual(textsOf(await look(root, CommandId, NextToken)), ['one\ntwo\n'])
})

test('the end of a node whose agent says nothing more is told after a while, with what is kept', async (t) => {
  const { root, peer, job, CommandId, clock } = await world(t)
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  say(peer, job, 0, 'sto')
  peer.reply(job, done)
  await peer.takeReplyAck()
  const page = await look(root, CommandId, NextToken)
  assert.deepEqual([textsOf(page), page.Ended], [['sto'], []])
  clock.advance(6_000)
  const last = await look(root, CommandId, page.NextToken)
  assert.partialDeepStrictEqual(last.Output, [{ Offset: 3, Text: 'red' }])
  assert.deepEqual([last.Ended?.length, last.NextToken], [1, undefined])
})

test('when nobody has watched for a while the agent hears of it', async (t) => {
  const { root, peer, CommandId, clock, pass } = await world(t)
  await begin({ root, CommandId, clock, peer })
  await pass(25, peer)
  const { from } = decodeAgentJobWatch((await peer.take('agent_job_watch')).payload)
  assert.equal(from, undefined)
})

test('output for another node, or of a command that nobody watches, goes nowhere', async (t) => {
  const { root, peer, job, CommandId, clock, metric } = await world(t)
  say(peer, job, 0, 'too early')
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  say(peer, { ...job, nodeId: 'mi-00000000000000000' }, 0, 'not mine')
  peer.socket.send(frameOf('agent_job_output', Buffer.from('{}\nx')))
  await peer.settle()
  assert.deepEqual((await look(root, CommandId, NextToken)).Output, [])
  assert.equal(await metric('fairlead_channel_faults_total'), 2)
})

test('many may watch one command: each hears all, and whoever hangs up is waited for no longer', async (t) => {
  const { root, peer, job, CommandId, clock, metric, nodeId } = await world(t)
  const { NextToken } = await begin({ root, CommandId, clock, peer })
  const gone = new AbortController()
  const watchers = Array.from({ length: 20 }, (_, index) =>
    saidOf(
      root,
      'fairlead:WatchCommand',
      { CommandId, NextToken },
      index % 2 === 0 ? {} : { signal: gone.signal },
    ).catch(() => 'gone'),
  )
  await waitingFor(metric, 20)
  gone.abort()
  await waitingFor(metric, 10)
  const heard = Array.from({ length: 10 }, () => root.call('fairlead', 'WatchCommand', { CommandId, NextToken }))
  await waitingFor(metric, 20)
  say(peer, job, 0, 'one\n')
  await peer.settle()
  clock.advance(100)
  for (const page of await Promise.all(heard))
    assert.partialDeepStrictEqual(page.Output, [{ InstanceId: nodeId, Text: 'one\n' }])
  assert.equal((await Promise.all(watchers)).filter((said) => said === 'gone').length, 10)
  assert.equal(await metric('fairlead_live_outputs'), 1)
  clock.advance(30_000)
  assert.deepEqual([await metric('fairlead_live_outputs'), await metric('fairlead_watched_commands')], [0, 0])
})
