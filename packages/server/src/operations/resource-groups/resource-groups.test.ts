import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { account, allow, given, region } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'

// One server for all: each test has tags and groups of its own.
const world = await given({ after })
const { root, user } = world
const service = 'resource-groups'
const arnOf = (name: string) => `arn:aws:resource-groups:${region}:${account}:group/${name}`

const newNode = async (tags: Readonly<Record<string, string>>) => (await NodeMachine.register(world, { tags })).nodeId

const query = (TagFilters: readonly object[], types = ['AWS::AllSupported']) =>
  ({
    Type: 'TAG_FILTERS_1_0',
    Query: JSON.stringify({ ResourceTypeFilters: types, TagFilters }),
  }) as const

test('a group is made, read by name and by ARN, changed and deleted', async () => {
  const ResourceQuery = query([{ Key: 'stage', Values: ['one'] }])
  const made = await root.call(service, 'CreateGroup', {
    Name: 'one',
    Description: 'all',
    ResourceQuery,
    Criticality: 3,
  })
  const Group = { GroupArn: arnOf('one'), Name: 'one', Description: 'all', Criticality: 3 }
  assert.partialDeepStrictEqual(made, { Group, ResourceQuery, Tags: {} })
  for (const named of [{ Group: 'one' }, { Group: arnOf('one') }, { GroupName: 'one' }]) {
    assert.deepEqual((await root.call(service, 'GetGroup', named)).Group, Group)
    const { GroupQuery } = await root.call(service, 'GetGroupQuery', named)
    assert.deepEqual(GroupQuery, { GroupName: 'one', ResourceQuery })
  }
  const renamed = await root.call(service, 'UpdateGroup', { Group: 'one', Owner: 'team' })
  assert.deepEqual(renamed.Group, { ...Group, Owner: 'team' })
  const other = query([{ Key: 'stage', Values: ['two'] }])
  await root.call(service, 'UpdateGroupQuery', { Group: 'one', ResourceQuery: other })
  assert.deepEqual((await root.call(service, 'GetGroupQuery', { Group: 'one' })).GroupQuery?.ResourceQuery, other)
  await root.call(service, 'DeleteGroup', { Group: 'one' })
  await assert.rejects(root.call(service, 'GetGroup', { Group: 'one' }), { code: 'NotFoundException', status: 404 })
})

test('what two change of a group at once stays both, and a group that is not there is not changed', async () => {
  await root.call(service, 'CreateGroup', { Name: 'shared', ResourceQuery: query([{ Key: 'stage', Values: ['one'] }]) })
  const ResourceQuery = query([{ Key: 'stage', Values: ['two'] }])
  const change = (more: object) => root.call(service, 'UpdateGroup', { Group: 'shared', ...more })

  await Promise.all([
    root.call(service, 'UpdateGroupQuery', { Group: 'shared', ResourceQuery }),
    change({ Owner: 'team' }),
    change({ Description: 'ours' }),
    change({ Criticality: 2 }),
  ])

  const { Group } = await root.call(service, 'GetGroup', { Group: 'shared' })
  assert.partialDeepStrictEqual(Group, { Owner: 'team', Description: 'ours', Criticality: 2 })
  assert.deepEqual(
    (await root.call(service, 'GetGroupQuery', { Group: 'shared' })).GroupQuery?.ResourceQuery,
    ResourceQuery,
  )
  const gone = { code: 'NotFoundException', status: 404 }
  await assert.rejects(root.call(service, 'UpdateGroup', { Group: 'nobody', Owner: 'team' }), gone)
  await assert.rejects(root.call(service, 'UpdateGroupQuery', { Group: 'nobody', ResourceQuery }), gone)
})

test('a group that is deleted while it is changed or tagged is changed before or not found', async () => {
  const brief = { Name: 'brief', ResourceQuery: query([{ Key: 'stage', Values: ['one'] }]) }
  for (const [operation, input] of [
    ['UpdateGroup', { Group: 'brief', Owner: 'team' }],
    ['Tag', { Arn: arnOf('brief'), Tags: { stage: 'old' } }],
  ] as const) {
    await root.call(service, 'CreateGroup', brief)
    const [, outcome] = await Promise.allSettled([
      root.call(service, 'DeleteGroup', { Group: 'brief' }),
      root.call(service, operation, input),
    ])
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'NotFoundException')
    await root.call(service, 'CreateGroup', brief)
    const { Tags } = await root.call(service, 'GetTags', { Arn: arnOf('brief') })
    assert.deepEqual(Object.keys(Tags ?? {}), [])
    await root.call(service, 'DeleteGroup', { Group: 'brief' })
  }
})

test('a group holds the nodes that have its tags now, and a search finds the same', async () => {
  const [first, second, third] = [
    await newNode({ fleet: 'red', tier: 'web' }),
    await newNode({ fleet: 'red', tier: 'db' }),
    await newNode({ fleet: 'blue', tier: 'web' }),
  ]
  const found = async (ResourceQuery: ReturnType<typeof query>) =>
    (await root.call(service, 'SearchResources', { ResourceQuery })).ResourceIdentifiers?.map(({ ResourceArn = '' }) =>
      ResourceArn.slice(ResourceArn.lastIndexOf('/') + 1),
    )
  const fleet = { Key: 'fleet', Values: ['red', 'blue'] }
  assert.deepEqual(await found(query([fleet])), [first, second, third].toSorted())
  assert.deepEqual(await found(query([fleet, { Key: 'tier', Values: ['db'] }])), [second])
  assert.deepEqual(await found(query([{ Key: 'fleet', Values: [] }])), [first, second, third].toSorted())
  assert.deepEqual(await found(query([fleet], ['AWS::EC2::Instance', 'AWS::S3::Bucket'])), [])
  assert.deepEqual(await found(query([fleet], ['AWS::S3::Bucket'])), [])

  await root.call(service, 'CreateGroup', { Name: 'fleet', ResourceQuery: query([fleet]) })
  const one = await root.call(service, 'ListGroupResources', { Group: 'fleet', MaxResults: 2 })
  const two = await root.call(service, 'ListGroupResources', {
    Group: 'fleet',
    MaxResults: 2,
    NextToken: one.NextToken,
  })
  assert.deepEqual([one.Resources?.length, two.Resources?.length, two.NextToken], [2, 1, undefined])
  const [lowest] = [first, second, third].toSorted()
  assert.deepEqual(one.Resources?.[0]?.Identifier, {
    ResourceArn: `arn:aws:ssm:${region}:${account}:managed-instance/${lowest}`,
    ResourceType: 'AWS::SSM::ManagedInstance',
  })
  const types = { Name: 'resource-type', Values: ['AWS::EC2::Instance'] } as const
  const narrowed = await root.call(service, 'ListGroupResources', { Group: 'fleet', Filters: [types] })
  assert.deepEqual(narrowed.Resources, [])
  await assert.rejects(root.call(service, 'SearchResources', { ResourceQuery: query([]), NextToken: one.NextToken }), {
    code: 'BadRequestException',
  })
})

test('groups are listed by name, in pages of what the query string asks for, and filtered', async () => {
  for (const Name of ['list-a', 'list-b', 'list-c']) {
    await root.call(service, 'CreateGroup', { Name, ResourceQuery: query([]), Owner: Name === 'list-c' ? 'me' : 'you' })
  }
  const names: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await root.call(service, 'ListGroups', { MaxResults: 1, ...(NextToken && { NextToken }) })
    assert.ok((page.GroupIdentifiers?.length ?? 0) <= 1)
    names.push(...(page.GroupIdentifiers ?? []).map(({ GroupName }) => GroupName))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  assert.deepEqual(
    names.filter((name) => name?.startsWith('list-')),
    ['list-a', 'list-b', 'list-c'],
  )
  const mine = await root.call(service, 'ListGroups', { Filters: [{ Name: 'owner', Values: ['me'] }] })
  assert.deepEqual(
    mine.GroupIdentifiers?.map(({ GroupName, GroupArn }) => [GroupName, GroupArn]),
    [['list-c', arnOf('list-c')]],
  )
  const typed = { Filters: [{ Name: 'resource-type', Values: ['AWS::EC2::Instance'] }] } as const
  assert.ok((await root.call(service, 'ListGroups', typed)).GroupIdentifiers?.length)
})

test('tags of a group are its own, and policies see them', async () => {
  await root.call(service, 'CreateGroup', { Name: 'tagged', ResourceQuery: query([]), Tags: { team: 'a' } })
  const Arn = arnOf('tagged')
  await root.call(service, 'Tag', { Arn, Tags: { cost: '1', more: '' } })
  await root.call(service, 'Untag', { Arn, Keys: ['more', 'none'] })
  assert.deepEqual({ ...(await root.call(service, 'GetTags', { Arn })).Tags }, { team: 'a', cost: '1' })
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'resource-groups:*',
        Resource: arnOf('*'),
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } },
      },
    ],
  }
  const alice = await user('alice', [policy])
  await alice.call(service, 'GetGroup', { Group: 'tagged' })
  await root.call(service, 'Tag', { Arn, Tags: { team: 'b' } })
  await assert.rejects(alice.call(service, 'GetGroup', { Group: 'tagged' }), {
    code: 'AccessDeniedException',
    status: 403,
    message: new RegExp(`not authorized to perform: resource-groups:GetGroup on resource: ${Arn}`),
  })
})

test('who makes a group with tags must be allowed to tag it', async () => {
  const bob = await user('bob', [allow('resource-groups:CreateGroup')])
  await bob.call(service, 'CreateGroup', { Name: 'bare', ResourceQuery: query([]) })
  const input = { Name: 'dressed', ResourceQuery: query([]), Tags: { team: 'a' } }
  await assert.rejects(bob.call(service, 'CreateGroup', input), {
    message: /resource-groups:Tag on resource: .*dressed/,
  })
})

test('what is no group, or cannot be one here, is refused by name', async () => {
  const ResourceQuery = query([])
  await root.call(service, 'CreateGroup', { Name: 'taken', ResourceQuery })
  const code = 'BadRequestException'
  const refused = [
    [{ Name: 'taken', ResourceQuery }, /already exists/],
    [{ Name: 'aws-group', ResourceQuery }, /reserved/],
    [{ Name: 'q' }, /ResourceQuery must be given/],
    [{ Name: 'q', ResourceQuery: { Type: 'CLOUDFORMATION_STACK_1_0', Query: '{}' } }, /CLOUDFORMATION_STACK_1_0/],
    [{ Name: 'q', ResourceQuery: { Type: 'TAG_FILTERS_1_0', Query: '{' } }, /not a JSON object/],
    [{ Name: 'q', Configuration: [{ Type: 'AWS::ResourceGroups::Generic' }] }, /Configuration is not served/],
    [{ Name: 'q', ResourceQuery, Tags: { 'aws:x': '' } }, /reserved/],
  ] as const
  for (const [input, message] of refused) {
    await assert.rejects(root.call(service, 'CreateGroup', input), { code, message, status: 400 })
  }
  await assert.rejects(root.call(service, 'GetGroup', {}), { code })
  await assert.rejects(root.call(service, 'GetGroup', { Group: 'a', GroupName: 'a' }), { code })
  const elsewhere = arnOf('taken').replace(region, 'eu-west-1')
  await assert.rejects(root.call(service, 'GetTags', { Arn: elsewhere }), { code: 'NotFoundException' })
  await assert.rejects(root.call(service, 'CreateGroup', { Name: 'a b', ResourceQuery }), {
    code: 'ValidationException',
  })
  const raw = (method: string, target: string) =>
    root.send({ service, method, target, headers: {}, body: Buffer.from('') })
  for (const [method, target] of [
    ['GET', '/groups'],
    ['POST', '/nothing'],
    ['POST', '/cancel-tag-sync-task'],
    ['GET', '/resources/%ZZ/tags'],
  ] as const) {
    const { status, headers } = await raw(method, target)
    assert.deepEqual([status, headers['x-amzn-errortype']], [404, 'UnknownOperationException'], target)
  }
  assert.equal(
    (await raw('POST', '/groups-list?maxResults=many')).headers['x-amzn-errortype'],
    'SerializationException',
  )
})
