import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelToken } from '@fairlead/testkit/channel-peer'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { deny } from '@fairlead/testkit/given'
import { nodeTrust } from '@fairlead/testkit/node-machine'

const RoleName = 'nodes'
const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
const notAnyMore = { code: 1008, reason: 'the node may not have a channel any more' }
const gone = { code: 1008, reason: 'the node is not registered any more' }

test("a deregistered node's channel is closed at once, and its credentials are worth nothing", async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const client = await world.node.client()
  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: world.nodeId })
  assert.deepEqual(await peer.closed, gone)
  const { nodeId: InstanceId } = world
  await assert.rejects(client.call('ssm', 'ListInstanceAssociations', { InstanceId }), {
    code: 'UnrecognizedClientException',
  })
})

test('a node that is deregistered between its upgrade and its token opens no channel', async (t) => {
  const world = await channelWorld(t)
  const token = await channelToken(world.node)
  const peer = await world.upgrade()
  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: world.nodeId })
  peer.showToken(token)
  assert.deepEqual(await peer.closed, gone)
  assert.equal(await world.metric('fairlead_control_channels'), 0)
})

test('another node keeps its channel', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const other = await world.open(await world.register())
  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: world.nodeId })
  await peer.closed
  await other.settle()
  assert.equal(other.socket.readyState, other.socket.OPEN)
})

test('a channel ends when the role allows it no more', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  await world.root.query('iam', 'DetachRolePolicy', { RoleName, PolicyArn })
  world.clock.advance(5_000)
  assert.deepEqual(await peer.closed, notAnyMore)
})

test('a channel ends when a policy forbids it', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const PolicyDocument = JSON.stringify(deny('ssmmessages:OpenControlChannel'))
  await world.root.query('iam', 'PutRolePolicy', { RoleName, PolicyName: 'closed', PolicyDocument })
  world.clock.advance(5_000)
  assert.deepEqual(await peer.closed, notAnyMore)
})

test('a channel ends with its role, also when another is made under the same name', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  await world.root.query('iam', 'DetachRolePolicy', { RoleName, PolicyArn })
  await world.root.query('iam', 'DeleteRole', { RoleName })
  await world.root.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: nodeTrust })
  await world.root.query('iam', 'AttachRolePolicy', { RoleName, PolicyArn })
  world.clock.advance(5_000)
  assert.deepEqual(await peer.closed, notAnyMore)
})

test('a channel outlives changes that do not concern it, and the keys that opened it', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  await world.user('alice', [deny('*')])
  for (let minute = 0; minute < 65; minute++) {
    world.clock.advance(60_000)
    await peer.settle()
  }
  const commandId = await world.send()
  assert.equal((await peer.takeJob()).commandId, commandId)
})
