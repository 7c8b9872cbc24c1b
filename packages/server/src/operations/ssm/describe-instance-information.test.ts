import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, deny, type Given, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'

type Filter = { readonly Key: string; readonly Values: readonly string[] }

async function idsFound({ root }: Given, ...Filters: Filter[]): Promise<readonly (string | undefined)[]> {
  const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', { Filters })
  return InstanceInformationList.map(({ InstanceId }) => InstanceId)
}

test('a node is described with all that AWS tells of a hybrid node', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const activation = await activate(world, { DefaultInstanceName: 'web' })
  const registeredAt = clock.now()
  const node = await NodeMachine.register(world, { activation, now: () => clock.now() })
  clock.advance(60_000)
  await node.report()

  const { InstanceInformationList } = await world.root.call('ssm', 'DescribeInstanceInformation', {})

  assert.deepEqual(InstanceInformationList, [
    {
      InstanceId: node.nodeId,
      PingStatus: 'Online',
      LastPingDateTime: clock.now(),
      AgentVersion: '3.2.2303.0',
      IsLatestVersion: false,
      PlatformType: 'Linux',
      PlatformName: 'Debian GNU/Linux',
      PlatformVersion: '12',
      ActivationId: activation.ActivationId,
      IamRole: 'nodes',
      RegistrationDate: registeredAt,
      ResourceType: 'ManagedInstance',
      Name: 'web',
      IPAddress: '192.0.2.2',
      ComputerName: 'vm',
      SourceId: node.nodeId,
      SourceType: 'AWS::SSM::ManagedInstance',
    },
  ])
})

test('every filter finds what it says, in both forms', async (t) => {
  const world = await given(t)
  const one = await NodeMachine.register(world, { tags: { env: 'prod', Finance: 'WebServers' } })
  const two = await NodeMachine.register(world, { tags: { env: 'test' } })
  await one.report({ AgentVersion: '3.3.1.0', PlatformType: 'Windows' })
  const { root } = world
  const listed = await root.call('ssm', 'DescribeInstanceInformation', {})
  const activationOf = (id: string) =>
    listed.InstanceInformationList?.find((node) => node.InstanceId === id)?.ActivationId
  const both = [one.nodeId, two.nodeId].sort()
  const expected: readonly [string, readonly string[], readonly string[]][] = [
    ['InstanceIds', [one.nodeId, 'mi-00000000000000000'], [one.nodeId]],
    ['ActivationIds', [activationOf(two.nodeId) ?? ''], [two.nodeId]],
    ['AgentVersion', ['3.3.1.0'], [one.nodeId]],
    ['IamRole', ['nodes'], both],
    ['IamRole', ['other'], []],
    ['PingStatus', ['Online'], [one.nodeId]],
    ['PingStatus', ['Online', 'Inactive'], both],
    ['PlatformTypes', ['Windows', 'MacOS'], [one.nodeId]],
    ['ResourceType', ['ManagedInstance'], both],
    ['ResourceType', ['EC2Instance'], []],
    ['AssociationStatus', ['Success'], []],
  ]
  for (const [key, values, found] of expected) {
    assert.deepEqual(await idsFound(world, { Key: key, Values: values }), found, `${key} ${values}`)
    const older = await root.call('ssm', 'DescribeInstanceInformation', {
      InstanceInformationFilterList: [{ key: key as 'InstanceIds', valueSet: values }],
    })
    assert.deepEqual(
      older.InstanceInformationList?.map((node) => node.InstanceId),
      found,
      `${key} in the older form`,
    )
  }
  assert.deepEqual(await idsFound(world, { Key: 'PlatformType', Values: ['Windows'] }), [one.nodeId])
  assert.deepEqual(await idsFound(world, { Key: 'SourceIds', Values: [two.nodeId] }), [two.nodeId])
  assert.deepEqual(await idsFound(world, { Key: 'SourceTypes', Values: ['AWS::SSM::ManagedInstance'] }), both)
  assert.deepEqual(await idsFound(world, { Key: 'SourceTypes', Values: ['AWS::IoT::Thing'] }), [])
  assert.deepEqual(await idsFound(world, { Key: 'tag:env', Values: ['prod'] }), [one.nodeId])
  assert.deepEqual(await idsFound(world, { Key: 'tag:ENV', Values: ['prod'] }), [])
  assert.deepEqual(await idsFound(world, { Key: 'tag-key', Values: ['env'] }), both)
  assert.deepEqual(
    await idsFound(world, { Key: 'tag:env', Values: ['prod', 'test'] }, { Key: 'tag-key', Values: ['Finance'] }),
    [one.nodeId],
  )
  assert.deepEqual(
    await idsFound(world, { Key: 'PingStatus', Values: ['Online'] }, { Key: 'InstanceIds', Values: [two.nodeId] }),
    [],
  )
})

test('a filter that does not exist, a value that cannot be, and forbidden mixtures are refused', async (t) => {
  const world = await given(t)
  const refused: readonly [string, readonly Filter[]][] = [
    ['InvalidFilterKey', [{ Key: 'Color', Values: ['x'] }]],
    ['InvalidFilterKey', [{ Key: 'tag:', Values: ['x'] }]],
    ['InvalidFilterKey', [{ Key: 'constructor', Values: ['x'] }]],
    ['InvalidInstanceInformationFilterValue', [{ Key: 'PingStatus', Values: ['online'] }]],
    ['InvalidInstanceInformationFilterValue', [{ Key: 'PlatformTypes', Values: ['Plan9'] }]],
    ['InvalidInstanceInformationFilterValue', [{ Key: 'AssociationStatus', Values: ['x'] }]],
    ['InvalidInstanceId', [{ Key: 'InstanceIds', Values: ['web-1'] }]],
    ['ValidationException', [{ Key: 'PingStatus', Values: [] }]],
    ['ValidationException', Array(21).fill({ Key: 'PingStatus', Values: ['Online'] })],
    [
      'ValidationException',
      [
        { Key: 'tag:a', Values: ['b'] },
        { Key: 'PingStatus', Values: ['Online'] },
      ],
    ],
  ]
  for (const [code, filters] of refused)
    await assert.rejects(idsFound(world, ...filters), { code }, JSON.stringify(filters))
  await assert.rejects(
    world.root.call('ssm', 'DescribeInstanceInformation', {
      Filters: [{ Key: 'PingStatus', Values: ['Online'] }],
      InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['Online'] }],
    }),
    { code: 'ValidationException' },
  )
})

test('pages hold each node once, ten by default, and a token is good for this listing only', async (t) => {
  const world = await given(t)
  const activation = await activate(world, { RegistrationLimit: 12 })
  for (let n = 0; n < 12; n++) await NodeMachine.register(world, { activation })
  const { root } = world

  const first = await root.call('ssm', 'DescribeInstanceInformation', {})
  assert.equal(first.InstanceInformationList?.length, 10)
  const seen: unknown[] = []
  let NextToken: string | undefined
  do {
    const page = await root.call('ssm', 'DescribeInstanceInformation', { MaxResults: 5, NextToken })
    seen.push(...(page.InstanceInformationList ?? []).map(({ InstanceId }) => InstanceId))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  assert.equal(new Set(seen).size, 12)
  assert.equal(seen.length, 12)

  for (const forged of ['x', 'bWktMDA', `${first.NextToken}A`, '']) {
    await assert.rejects(root.call('ssm', 'DescribeInstanceInformation', { NextToken: forged }), {
      code: 'InvalidNextToken',
    })
  }
  await assert.rejects(root.call('ssm', 'DescribeActivations', { NextToken: first.NextToken }), {
    code: 'InvalidNextToken',
  })
  await assert.rejects(root.call('ssm', 'DescribeInstanceInformation', { MaxResults: 4 }), {
    code: 'ValidationException',
  })
  await assert.rejects(root.call('ssm', 'DescribeInstanceInformation', { MaxResults: 51 }), {
    code: 'ValidationException',
  })
})

test('nodes are described to those who may, and deregistered by those whose policy covers them', async (t) => {
  const world = await given(t, { policies: [deny('ssm:DescribeInstanceInformation'), allow('ssm:*')] })
  await assert.rejects(world.caller.call('ssm', 'DescribeInstanceInformation', {}), {
    code: 'AccessDeniedException',
    message: `User: arn:aws:iam::${account}:user/alice is not authorized to perform: ssm:DescribeInstanceInformation on resource: arn:aws:ssm:us-east-1:${account}:* with an explicit deny in an identity-based policy`,
  })

  const web = await NodeMachine.register(world, { tags: { Finance: 'WebServers' } })
  const other = await NodeMachine.register(world)
  const Condition = { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } }
  const [statement] = allow('ssm:DeregisterManagedInstance', `arn:aws:ssm:*:*:managed-instance/*`).Statement
  const cleaner = await world.user('cleaner', [{ Version: '2012-10-17', Statement: [{ ...statement, Condition }] }])
  await cleaner.call('ssm', 'DeregisterManagedInstance', { InstanceId: web.nodeId })
  for (const InstanceId of [other.nodeId, 'mi-00000000000000000']) {
    await assert.rejects(cleaner.call('ssm', 'DeregisterManagedInstance', { InstanceId }), {
      code: 'AccessDeniedException',
    })
  }
})
