import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { readCredentials } from '@fairlead/testkit/given'
import { decodeAgentJob, decodeAgentJobAck } from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import { frozenWorld, isLastReply } from './durability/frozen-world.ts'
import { pollingNode } from './durability/polling-node.ts'

// The server is killed between one frame and the next; the agent lives on.
const once = { begun: 1, ended: 1 }

test('a server killed between the commit of a command and its job sends the job when it is back', async (t) => {
  const world = await frozenWorld(t)
  const stopped = world.gate.stopAt('server', 'agent_job')
  const command = await world.send()
  await stopped
  await world.server.kill()
  command.release()
  await world.server.start()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
})

test('a server killed between the commit of a command and its answer has one command, which runs once', async (t) => {
  const world = await frozenWorld(t)
  const [given, stopped] = [world.gate.keepAnswer('SendCommand'), world.gate.stopAt('server', 'agent_job')]
  const credentials = readCredentials(world.server.credentialsFile)
  const caller = new ApiClient({ url: world.gate.url, region: 'us-east-1', credentials, now: () => new Date() })
  const unheard = assert.rejects(world.send(caller, 'unheard'))
  await Promise.all([given, stopped])
  await world.server.kill()
  world.gate.shut()
  world.gate.unshut()
  await unheard
  await world.server.start()

  const { Commands = [] } = await world.client.call('ssm', 'ListCommands', {})
  assert.deepEqual(
    Commands.map(({ Comment, TargetCount }) => [Comment, TargetCount]),
    [['unheard', 1]],
  )
  const again = world.marks('unheard')
  again.release()
  assert.equal((await world.settled(Commands[0]?.CommandId ?? '')).status, 'Success')
  assert.deepEqual(again.runs(), once)
})

test('a server killed with an acknowledgement in its socket that it has not read does not have the script run twice', async (t) => {
  const world = await frozenWorld(t)
  const stopped = world.gate.stopAt('agent', 'agent_job_ack')
  const command = await world.send()
  await stopped
  await world.server.kill()
  await command.begun()
  await world.server.start()
  await world.until(command.commandId, 'InProgress')
  command.release()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
  const answers = world.gate.seen.filter(({ frame }) => frame.messageType === 'agent_job_ack')
  assert.deepEqual(
    answers.map(({ frame }) => decodeAgentJobAck(frame.payload).statusCode),
    ['200', '51405'],
  )
})

test('a server killed with a reply in its socket that it has not read is told again', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  world.server.suspend()
  command.release()
  await eventually(
    () => (world.lastReplies(command.commandId).length > 0 ? true : undefined),
    'the reply is on its way',
  )
  await world.server.kill()
  await world.server.start()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
})

test('a server killed between the commit of a reply and its acknowledgement hears it again, and it counts once', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send(undefined, 'said-twice')
  const stopped = world.gate.stopAt('server', 'agent_job_reply_ack', world.isAckOfLast(command.commandId))
  command.release()
  await stopped
  await world.server.kill()
  await world.server.start()
  assert.equal(await world.status(command.commandId), 'Success', 'what was about to be acknowledged is kept')

  assert.deepEqual(await world.settled(command.commandId), { status: 'Success', output: 'said-twice done\n' })
  const replies = world.lastReplies(command.commandId)
  assert.equal(replies.length, 2)
  assert.equal(new Set(replies.map(({ frame }) => frame.messageId)).size, 1, 'it is the same reply')
  assert.deepEqual(command.runs(), once)
})

test('a server killed with a cancel pending that no node has heard tells it when it is back', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  const stopped = world.gate.stopAt('server', 'agent_job', isCancel)
  await world.client.call('ssm', 'CancelCommand', { CommandId: command.commandId })
  await stopped
  await world.server.kill()
  await world.server.start()

  assert.equal((await world.settled(command.commandId)).status, 'Cancelled')
  command.release()
  assert.deepEqual(command.runs(), { begun: 1, ended: 0 })
})

test('a server killed after a cancel was carried out, before it heard so, ends it as Cancelled', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  const stopped = world.gate.stopAt('agent', 'agent_job_reply', isLastReply(command.commandId))
  await world.client.call('ssm', 'CancelCommand', { CommandId: command.commandId })
  await stopped
  await world.server.kill()
  await world.server.start()

  assert.equal((await world.settled(command.commandId)).status, 'Cancelled')
  assert.deepEqual(command.runs(), { begun: 1, ended: 0 })
})

test('a server killed while it holds a poll gives the work to the next poll', async (t) => {
  const world = await pollingNode(t)
  const held = assert.rejects(world.poll(), { code: 'ECONNRESET' })
  await world.turns()
  await world.server.kill()
  await held
  await world.server.start()
  const commandId = await world.send()

  const [message] = (await world.poll()).Messages ?? []
  assert.match(message?.MessageId ?? '', new RegExp(commandId))
  await world.acknowledge(commandId)
  await world.reply(commandId)
  assert.equal(await world.status(commandId), 'Success')
})

test('a server killed after it answered a poll gives the same work again, and no more once it was acknowledged', async (t) => {
  const world = await pollingNode(t)
  const commandId = await world.send()
  const [first] = (await world.poll()).Messages ?? []
  await world.server.kill()
  await world.server.start()
  const [again] = (await world.poll()).Messages ?? []
  assert.equal(again?.MessageId, first?.MessageId)
  await world.acknowledge(commandId)
  await world.server.kill()
  await world.server.start()

  const held = assert.rejects(world.poll(), { code: 'ECONNRESET' }, 'there was something to answer')
  await world.turns()
  assert.equal(await world.status(commandId), 'InProgress')
  await world.reply(commandId)
  await world.server.kill()
  await held
  await world.server.start()
  assert.equal(await world.status(commandId), 'Success')
})

function isCancel({ payload }: Frame): boolean {
  return decodeAgentJob(payload).kind === 'cancelCommand'
}
