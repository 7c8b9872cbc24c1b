import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { reportsOf, success } from '@fairlead/testkit/simulated-reports'
import { clientCall } from '@fairlead/wire/codec'
import { encodeReplyContent } from '@fairlead/wire/control-message'

/** Polls that were answered, or would have been. */
const polls = 'fairlead_requests_total{operation="GetMessages",code="OK"}'

async function mailWorld(t: TestContext) {
  const world = await channelWorld(t)
  const client = await world.node.client()
  const { nodeId } = world
  const poll = (as: ApiClient = client, Destination = nodeId) =>
    as.call('ec2messages', 'GetMessages', {
      Destination,
      MessagesRequestId: randomUUID(),
      VisibilityTimeoutInSeconds: 10,
    })
  return { ...world, client, poll }
}

/** Whether something is still to come; told after the server has had many turns. */
async function isHeld(world: { readonly root: ApiClient }, answer: Promise<unknown>): Promise<boolean> {
  let isOver = false
  answer.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  for (let times = 0; times < 10; times++) await world.root.query('sts', 'GetCallerIdentity', {})
  return !isOver
}

function lastReport(): string {
  const [, , content] = reportsOf({ name: 'runShellScript', plugin: 'aws:runShellScript' }, success, new Date())
  assert.ok(content)
  return encodeReplyContent(content)
}

test('a node without a channel gets its work by asking, reports it, and is asked no more', async (t) => {
  const world = await mailWorld(t)
  const commandId = await world.send()
  const { Messages = [], Destination } = await world.poll()
  const [message] = Messages
  const MessageId = `aws.ssm.${commandId}.${world.nodeId}`
  assert.equal(Destination, world.nodeId)
  assert.deepEqual(
    [Messages.length, message?.MessageId, message?.Topic, message?.Destination],
    [1, MessageId, 'aws.ssm.sendCommand.us-east-1', world.nodeId],
  )
  assert.equal(JSON.parse(message?.Payload ?? '').CommandId, commandId)

  await world.client.call('ec2messages', 'AcknowledgeMessage', { MessageId })
  assert.equal((await world.invocation(commandId)).Status, 'InProgress')
  await world.client.call('ec2messages', 'SendReply', { MessageId, Payload: lastReport(), ReplyId: randomUUID() })
  assert.equal((await world.invocation(commandId)).Status, 'Success')
})

test('a poll without work is held, and answered with nothing after fifteen seconds', async (t) => {
  const world = await mailWorld(t)
  const answer = world.poll()
  assert.ok(await isHeld(world, answer))
  world.clock.advance(11_000)
  assert.ok(await isHeld(world, answer))
  world.clock.advance(4_000)
  assert.deepEqual((await answer).Messages, [])
})

test('a held poll is answered as soon as there is work', async (t) => {
  const world = await mailWorld(t)
  const answer = world.poll()
  assert.ok(await isHeld(world, answer))
  const commandId = await world.send()
  assert.match((await answer).Messages?.[0]?.MessageId ?? '', new RegExp(commandId))
})

test('a message that was not acknowledged is hidden for ten seconds and then comes again', async (t) => {
  const world = await mailWorld(t)
  await world.send()
  const [first] = (await world.poll()).Messages ?? []
  const answer = world.poll()
  assert.ok(await isHeld(world, answer))
  world.clock.advance(10_500)
  assert.equal((await answer).Messages?.[0]?.MessageId, first?.MessageId)
})

test('a held poll and a hidden message keep their times when the clock is set forward or back', async (t) => {
  const world = await mailWorld(t)
  for (const minutes of [1, -2]) {
    const held = world.poll()
    assert.equal(await isHeld(world, held), true)
    world.clock.set(minutes * 60_000)
    world.clock.advance(11_000)
    assert.equal(await isHeld(world, held), true)
    world.clock.advance(4_000)
    assert.deepEqual((await held).Messages, [])
  }
  const commandId = await world.send()
  assert.equal((await world.poll()).Messages?.length, 1)
  const hidden = world.poll()
  world.clock.set(60_000)
  assert.equal(await isHeld(world, hidden), true)
  world.clock.advance(10_500)
  assert.match((await hidden).Messages?.[0]?.MessageId ?? '', new RegExp(commandId))
})

test('a poll is answered with nothing while a channel is open, which has the work', async (t) => {
  const world = await mailWorld(t)
  const peer = await world.open()
  const answer = world.poll()
  const commandId = await world.send()
  assert.equal((await peer.takeJob()).commandId, commandId)
  assert.ok(await isHeld(world, answer))
  world.clock.advance(10_500)
  assert.ok(await isHeld(world, answer))
  world.clock.advance(4_500)
  assert.deepEqual((await answer).Messages, [])
})

test('a newer poll ends the older one, and gets the work alone', async (t) => {
  const world = await mailWorld(t)
  const older = world.poll()
  assert.ok(await isHeld(world, older))
  const newer = world.poll()
  assert.deepEqual((await older).Messages, [])
  assert.ok(await isHeld(world, newer))
  await world.send()
  assert.equal((await newer).Messages?.length, 1)
})

test('nobody polls for another node', async (t) => {
  const world = await mailWorld(t)
  const other = await world.register()
  await world.send()
  await assert.rejects(world.poll(await other.client()), { code: 'AccessDeniedException' })
  await assert.rejects(world.poll(world.root), { code: 'AccessDeniedException' })
})

test('what another node says of a message is refused and changes nothing', async (t) => {
  const world = await mailWorld(t)
  const commandId = await world.send()
  const MessageId = `aws.ssm.${commandId}.${world.nodeId}`
  const other = await (await world.register()).client()
  const said = [
    other.call('ec2messages', 'AcknowledgeMessage', { MessageId }),
    other.call('ec2messages', 'DeleteMessage', { MessageId }),
    other.call('ec2messages', 'SendReply', { MessageId, Payload: lastReport(), ReplyId: randomUUID() }),
    other.call('ec2messages', 'FailMessage', { MessageId, FailureType: 'NoHandlerExists' }),
  ]
  for (const refused of said) await assert.rejects(refused, { status: 400 })
  await assert.rejects(world.root.call('ec2messages', 'AcknowledgeMessage', { MessageId }), { status: 400 })
  assert.equal((await world.invocation(commandId)).Status, 'Pending')
})

test('a message that the agent fails ends the invocation, with its reason', async (t) => {
  const world = await mailWorld(t)
  const commandId = await world.send()
  await world.poll()
  const MessageId = `aws.ssm.${commandId}.${world.nodeId}`
  await world.client.call('ec2messages', 'FailMessage', { MessageId, FailureType: 'NoHandlerExists' })
  const { CommandInvocations = [] } = await world.root.call('ssm', 'ListCommandInvocations', { CommandId: commandId })
  assert.deepEqual(
    CommandInvocations.map(({ Status, TraceOutput }) => [Status, TraceOutput]),
    [['Failed', 'NoHandlerExists']],
  )
})

test('a reply that cannot be read is told so', async (t) => {
  const world = await mailWorld(t)
  const commandId = await world.send()
  const MessageId = `aws.ssm.${commandId}.${world.nodeId}`
  for (const Payload of ['no JSON', '{}', '{"documentStatus":"Exploded"}']) {
    const said = world.client.call('ec2messages', 'SendReply', { MessageId, Payload, ReplyId: randomUUID() })
    await assert.rejects(said, { status: 400 })
  }
  assert.equal((await world.invocation(commandId)).Status, 'Pending')
})

test('replies to messages that nobody knows are taken, so that they are not sent again', async (t) => {
  const world = await mailWorld(t)
  const MessageId = `aws.ssm.${randomUUID()}.${world.nodeId}`
  await world.client.call('ec2messages', 'SendReply', { MessageId, Payload: lastReport(), ReplyId: randomUUID() })
  await world.client.call('ec2messages', 'AcknowledgeMessage', { MessageId })
})

test('a cancellation is polled for like any other work', async (t) => {
  const world = await mailWorld(t)
  const commandId = await world.send()
  await world.poll()
  await world.client.call('ec2messages', 'AcknowledgeMessage', { MessageId: `aws.ssm.${commandId}.${world.nodeId}` })
  await world.root.call('ssm', 'CancelCommand', { CommandId: commandId })
  const [cancel] = (await world.poll()).Messages ?? []
  assert.equal(cancel?.Topic, 'aws.ssm.cancelCommand.us-east-1')
  assert.match(cancel?.Payload ?? '', new RegExp(commandId))
})

test("a deregistered node's poll ends at once", async (t) => {
  const world = await mailWorld(t)
  const answer = world.poll()
  assert.ok(await isHeld(world, answer))
  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: world.nodeId })
  assert.deepEqual((await answer).Messages, [])
})

test('held polls are answered when the server stops, and do not hold it up', async (t) => {
  const world = await mailWorld(t)
  const answer = world.poll()
  assert.ok(await isHeld(world, answer))
  const begun = performance.now()
  await world.stop()
  assert.deepEqual((await answer).Messages, [])
  assert.ok(performance.now() - begun < 1_500, 'the server waited for its patience to end')
})

test('who asked and has gone takes no work along', async (t) => {
  const world = await mailWorld(t)
  const hangUp = new AbortController()
  const { headers, body } = clientCall('ec2messages', 'GetMessages', {
    Destination: world.nodeId,
    MessagesRequestId: randomUUID(),
  })
  const gone = world.client.send({ service: 'ec2messages', headers, body, connection: { signal: hangUp.signal } })
  assert.ok(await isHeld(world, gone))
  hangUp.abort()
  await assert.rejects(gone)
  await eventually(async () => ((await world.metric(polls)) === 1 ? true : undefined), 'the end of the poll')

  await world.send()
  assert.equal((await world.poll()).Messages?.length, 1)
})
