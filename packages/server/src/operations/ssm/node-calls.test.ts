import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, deny, type Given, given, region } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { nodeArn } from '../../domain/arn.ts'

const ping = { AgentVersion: '3.2.2303.0', AgentName: 'amazon-ssm-agent', PlatformType: 'Linux' } as const

async function onlyNode({ root }: Given) {
  const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
  return InstanceInformationList[0]
}

test("the agent's first, nearly empty ping makes the node Online", async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  await client.call('ssm', 'UpdateInstanceInformation', { InstanceId: node.nodeId, ...ping })

  const shown = await onlyNode(world)
  assert.deepEqual([shown?.PingStatus, shown?.PlatformType, shown?.ComputerName], ['Online', 'Linux', undefined])
})

test('a node that sends no platform keeps the one it had, and needs one the first time', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const bare = { InstanceId: node.nodeId, AgentVersion: '3.3.0.0' }
  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', bare), { code: 'ValidationException' })
  await node.report()
  await client.call('ssm', 'UpdateInstanceInformation', bare)

  const shown = await onlyNode(world)
  assert.deepEqual([shown?.PlatformType, shown?.AgentVersion, shown?.ComputerName], ['Linux', '3.3.0.0', 'vm'])
})

test('a node speaks for no other node, and the other is not touched', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const other = await NodeMachine.register(world)
  const client = await node.client()
  const InstanceId = other.nodeId
  const result = { Status: 'Success', ExecutionDate: new Date() }
  const AssociationId = '11111111-2222-4333-8444-555555555555'

  for (const asked of [
    client.call('ssm', 'UpdateInstanceInformation', { InstanceId, ...ping }),
    client.call('ssm', 'ListInstanceAssociations', { InstanceId }),
    client.call('ssm', 'UpdateInstanceAssociationStatus', { InstanceId, AssociationId, ExecutionResult: result }),
  ]) {
    await assert.rejects(asked, { code: 'AccessDeniedException', status: 400 })
  }
  const { InstanceInformationList = [] } = await world.root.call('ssm', 'DescribeInstanceInformation', {})
  assert.deepEqual(
    InstanceInformationList.map((one) => one.PingStatus),
    ['Inactive', 'Inactive'],
  )
})

test('nobody but the node reports for it, whatever policies say', async (t) => {
  const world = await given(t)
  const { nodeId: InstanceId } = await NodeMachine.register(world)
  await assert.rejects(world.root.call('ssm', 'UpdateInstanceInformation', { InstanceId, ...ping }), {
    code: 'AccessDeniedException',
  })
})

test("a node does what its role allows: without the role's policy its calls are denied", async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await client.call('ssm', 'ListInstanceAssociations', { InstanceId: node.nodeId })
  await world.root.query('iam', 'DetachRolePolicy', { RoleName: 'nodes', PolicyArn })
  await assert.rejects(client.call('ssm', 'ListInstanceAssociations', { InstanceId: node.nodeId }), {
    code: 'AccessDeniedException',
  })
})

test('a policy may forbid a node by its tags', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world, { tags: { state: 'retired' } })
  const [statement] = deny('ssm:UpdateInstanceInformation').Statement
  const Condition = { StringEquals: { 'ssm:resourceTag/state': 'retired' } }
  await world.root.query('iam', 'PutRolePolicy', {
    RoleName: 'nodes',
    PolicyName: 'retired',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Condition }] }),
  })
  await assert.rejects(node.report(), { code: 'AccessDeniedException' })
})

test('a policy may tell nodes apart by the ARN that they call from', async (t) => {
  const world = await given(t)
  const [one, other] = [await NodeMachine.register(world), await NodeMachine.register(world)]
  const [statement] = deny('ssm:UpdateInstanceInformation').Statement
  const Condition = { StringEquals: { 'ssm:SourceInstanceARN': nodeArn({ account, region }, one.nodeId) } }
  await world.root.query('iam', 'PutRolePolicy', {
    RoleName: 'nodes',
    PolicyName: 'not-this-one',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Condition }] }),
  })
  await assert.rejects(one.report(), { code: 'AccessDeniedException' })
  await other.report()
})

test('there are no associations, and none to report on', async (t) => {
  const node = await NodeMachine.register(await given(t))
  const client = await node.client()
  const { nodeId: InstanceId } = node
  assert.deepEqual(await client.call('ssm', 'ListInstanceAssociations', { InstanceId, MaxResults: 20 }), {
    Associations: [],
  })
  const AssociationId = '11111111-2222-4333-8444-555555555555'
  const ExecutionResult = { Status: 'Success', ExecutionDate: new Date() }
  await assert.rejects(
    client.call('ssm', 'UpdateInstanceAssociationStatus', { InstanceId, AssociationId, ExecutionResult }),
    { code: 'AssociationDoesNotExist' },
  )
})

test('what is not served is not answered with success', async (t) => {
  const node = await NodeMachine.register(await given(t))
  const client = await node.client()
  const { nodeId: InstanceId } = node
  await assert.rejects(client.call('ssm', 'PutInventory', { InstanceId, Items: [] }), {
    code: 'UnknownOperationException',
  })
})

test('a deregistered node is gone, and its key and its session end at once', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world, { tags: { a: 'b' } })
  const client = await node.client()
  const { nodeId: InstanceId } = node

  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId })

  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', { InstanceId, ...ping }), {
    code: 'UnrecognizedClientException',
  })
  await assert.rejects(node.credentials(), { code: 'UnrecognizedClientException' })
  assert.equal(await onlyNode(world), undefined)
  await assert.rejects(world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId }), {
    code: 'InvalidInstanceId',
  })
})
