import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { reportsOf, success } from '@fairlead/testkit/simulated-reports'
import { encodeReplyContent } from '@fairlead/wire/control-message'

type World = Awaited<ReturnType<typeof channelWorld>>

const job = ({ nodeId }: World, commandId: string) => ({ commandId, nodeId })

/** Lets time pass until it is so: the server needs turns, not seconds, to end what is overdue. */
function untilDetails(world: World, commandId: string, wanted: string): Promise<true> {
  return eventually(async () => {
    world.clock.advance(100)
    const { StatusDetails } = await world.invocation(commandId)
    return StatusDetails === wanted ? true : undefined
  }, wanted)
}

/** What a node says too late on its channel is acknowledged, so that it is not said again, and changes nothing. */
async function saidInVain(world: World, commandId: string): Promise<void> {
  const before = await world.invocation(commandId)
  const peer = await world.open()
  const messageId = peer.reply(job(world, commandId))
  assert.equal(await peer.takeReplyAck(), messageId)
  assert.deepEqual(await world.invocation(commandId), before)
}

const soon = { TimeoutSeconds: 30, Parameters: { commands: ['uptime'], executionTimeout: ['5'] } }

test('a reply to what expired before anybody had it is acknowledged and changes nothing', async (t) => {
  const world = await channelWorld(t)
  const commandId = await world.send(soon)
  await world.pass(35)
  await untilDetails(world, commandId, 'DeliveryTimedOut')
  await saidInVain(world, commandId)
})

test('a reply to what expired while it ran is acknowledged and changes nothing', async (t) => {
  const world = await channelWorld(t)
  const commandId = await world.send(soon)
  const peer = await world.open()
  peer.acknowledge(await peer.takeJob())
  await untilDetails(world, commandId, 'InProgress')
  await world.pass(35, peer)
  await untilDetails(world, commandId, 'DeliveryTimedOut')
  await saidInVain(world, commandId)
})

test('a reply that comes after a cancel of what nobody had is acknowledged and changes nothing', async (t) => {
  const world = await channelWorld(t)
  const commandId = await world.send()
  await world.root.call('ssm', 'CancelCommand', { CommandId: commandId })
  await untilDetails(world, commandId, 'Cancelled')
  await saidInVain(world, commandId)
})

test('a node that polls is answered 200 for what it says twice, late or after a cancel, and nothing changes', async (t) => {
  const world = await channelWorld(t)
  const client = await world.node.client()
  const [, , content] = reportsOf({ name: 'runShellScript', plugin: 'aws:runShellScript' }, success, new Date())
  assert.ok(content)
  const Payload = encodeReplyContent(content)
  const reply = (commandId: string) =>
    client.call('ec2messages', 'SendReply', {
      MessageId: `aws.ssm.${commandId}.${world.nodeId}`,
      Payload,
      ReplyId: randomUUID(),
    })
  const said = await world.send()
  await reply(said)
  const cancelled = await world.send()
  await world.root.call('ssm', 'CancelCommand', { CommandId: cancelled })
  const late = await world.send(soon)
  await world.pass(35)
  await untilDetails(world, late, 'DeliveryTimedOut')

  for (const commandId of [said, cancelled, late]) {
    const before = await world.invocation(commandId)
    await reply(commandId)
    await client.call('ec2messages', 'AcknowledgeMessage', { MessageId: `aws.ssm.${commandId}.${world.nodeId}` })
    assert.deepEqual(await world.invocation(commandId), before)
  }
})

test('what another node says of the end of a session is not the end of it', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const { SessionId = '' } = await world.root.call('ssm', 'StartSession', { Target: world.nodeId })
  await peer.take('interactive_shell')
  const other = await world.open(await world.register())

  other.endSession(SessionId)
  await other.take('agent_task_acknowledge')
  const { Sessions = [] } = await world.root.call('ssm', 'DescribeSessions', { State: 'Active' })
  assert.deepEqual(
    Sessions.map((session) => session.SessionId),
    [SessionId],
  )
})
