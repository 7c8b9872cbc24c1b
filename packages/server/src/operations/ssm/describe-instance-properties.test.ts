import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Given, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'

type Filter = { readonly Key: string; readonly Values: readonly string[]; readonly Operator?: 'Equal' }

async function found({ root }: Given, ...FiltersWithOperator: Filter[]): Promise<readonly (string | undefined)[]> {
  const { InstanceProperties = [] } = await root.call('ssm', 'DescribeInstanceProperties', { FiltersWithOperator })
  return InstanceProperties.map(({ InstanceId }) => InstanceId)
}

test('a hybrid node has the properties that the console shows', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const activation = await activate(world, { DefaultInstanceName: 'web' })
  const node = await NodeMachine.register(world, { activation, now: () => clock.now() })
  const RegistrationDate = clock.now()
  clock.advance(60_000)
  await node.report()

  assert.deepEqual(await world.root.call('ssm', 'DescribeInstanceProperties', {}), {
    InstanceProperties: [
      {
        InstanceId: node.nodeId,
        Name: 'web',
        PingStatus: 'Online',
        LastPingDateTime: clock.now(),
        AgentVersion: '3.2.2303.0',
        PlatformType: 'Linux',
        PlatformName: 'Debian GNU/Linux',
        PlatformVersion: '12',
        ActivationId: activation.ActivationId,
        IamRole: 'nodes',
        RegistrationDate,
        ResourceType: 'ManagedInstance',
        IPAddress: '192.0.2.2',
        ComputerName: 'vm',
        SourceId: node.nodeId,
        SourceType: 'AWS::SSM::ManagedInstance',
      },
    ],
  })
})

test('every filter and operator finds what it says, in both forms', async (t) => {
  const world = await given(t)
  const one = await NodeMachine.register(world, { tags: { env: 'prod' } })
  const two = await NodeMachine.register(world)
  await one.report({ AgentVersion: '3.10.1.0' })
  const ids = [one.nodeId, two.nodeId].sort()
  const expected: readonly [string, string, readonly string[], readonly string[]][] = [
    ['InstanceIds', 'Equal', [two.nodeId], [two.nodeId]],
    ['InstanceIds', 'NotEqual', [two.nodeId], [one.nodeId]],
    ['InstanceIds', 'BeginWith', ['mi-'], ids],
    // As versions, not as texts: 3.9 comes before 3.10.
    ['AgentVersion', 'GreaterThan', ['3.9.9.9'], [one.nodeId]],
    ['AgentVersion', 'LessThan', ['3.9.9.9'], []],
    ['AgentVersion', 'LessThan', ['3.11.0.0'], [one.nodeId]],
    ['PingStatus', 'NotEqual', ['Online'], [two.nodeId]],
    ['PlatformTypes', 'Equal', ['Linux'], [one.nodeId]],
    ['IamRole', 'BeginWith', ['no'], ids],
    ['ResourceType', 'Equal', ['EC2Instance'], []],
    ['AssociationStatus', 'Equal', ['Success'], []],
    ['AssociationStatus', 'NotEqual', ['Success'], ids],
    ['DocumentName', 'Equal', ['AWS-RunShellScript'], [one.nodeId]],
    ['tag:env', 'Equal', ['prod'], [one.nodeId]],
    ['tag-key', 'Equal', ['env'], [one.nodeId]],
  ]
  for (const [Key, Operator, Values, nodes] of expected) {
    const filter = { Key, Operator: Operator as 'Equal', Values }
    assert.deepEqual(await found(world, filter), nodes, `${Key} ${Operator} ${Values}`)
  }
  const older = await world.root.call('ssm', 'DescribeInstanceProperties', {
    InstancePropertyFilterList: [{ key: 'PingStatus', valueSet: ['Online'] }],
  })
  assert.deepEqual(
    older.InstanceProperties?.map(({ InstanceId }) => InstanceId),
    [one.nodeId],
  )
})

test('filters that do not exist and values that cannot be are refused with the code of their kind', async (t) => {
  const world = await given(t)
  const refused: readonly [string, Filter][] = [
    ['InvalidFilterKey', { Key: 'Color', Values: ['x'] }],
    ['InvalidFilterKey', { Key: 'constructor', Values: ['x'] }],
    ['InvalidFilterKey', { Key: 'tag:', Values: ['x'] }],
    ['InvalidFilterKey', { Key: 'PingStatus', Values: ['x'], Operator: 'LessThan' as 'Equal' }],
    ['InvalidInstanceId', { Key: 'InstanceIds', Values: ['web-1'] }],
    ['InvalidActivationId', { Key: 'ActivationIds', Values: ['x'] }],
    ['InvalidInstancePropertyFilterValue', { Key: 'PingStatus', Values: ['online'] }],
    ['InvalidInstancePropertyFilterValue', { Key: 'DocumentName', Values: ['AWS-RunShellScript', 'b'] }],
    ['InvalidDocument', { Key: 'DocumentName', Values: ['none'] }],
  ]
  for (const [code, filter] of refused) await assert.rejects(found(world, filter), { code }, JSON.stringify(filter))
  await assert.rejects(world.root.call('ssm', 'DescribeInstanceProperties', { NextToken: 'x' }), {
    code: 'InvalidNextToken',
  })
})
