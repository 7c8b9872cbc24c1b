import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { activate, nodeRole, nodeTrust } from '@fairlead/testkit/node-machine'

const hour = 60 * 60_000
const day = 24 * hour

test('an activation is answered with its id and code and nothing else, and is described without the code', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const IamRole = await nodeRole(world)
  const Tags = [{ Key: 'Finance', Value: 'WebServers' }]

  const made = await world.root.call('ssm', 'CreateActivation', {
    IamRole,
    Description: 'web servers',
    DefaultInstanceName: 'web',
    RegistrationLimit: 7,
    Tags,
  })

  assert.deepEqual(Object.keys(made).sort(), ['ActivationCode', 'ActivationId'])
  assert.match(made.ActivationId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.match(made.ActivationCode ?? '', /^[0-9a-f]{32}$/)
  const { ActivationList } = await world.root.call('ssm', 'DescribeActivations', {})
  assert.deepEqual(ActivationList, [
    {
      ActivationId: made.ActivationId,
      Description: 'web servers',
      DefaultInstanceName: 'web',
      IamRole: 'nodes',
      RegistrationLimit: 7,
      RegistrationsCount: 0,
      ExpirationDate: new Date(clock.now().getTime() + day),
      Expired: false,
      CreatedDate: clock.now(),
      Tags,
    },
  ])
})

test('an activation is for one node and a day when nothing is said, and is then shown as expired', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  await activate(world)

  clock.advance(day)

  const { ActivationList = [] } = await world.root.call('ssm', 'DescribeActivations', {})
  assert.deepEqual([ActivationList[0]?.RegistrationLimit, ActivationList[0]?.Expired], [1, true])
})

test('an expiration date in the past, or more than thirty days ahead, is refused', async (t) => {
  const world = await given(t)
  const inMs = (ms: number) => ({ ExpirationDate: new Date(Date.now() + ms) })
  await activate(world, inMs(30 * day - hour))
  await assert.rejects(activate(world, inMs(-hour)), { code: 'ValidationException' })
  await assert.rejects(activate(world, inMs(30 * day + hour)), { code: 'ValidationException' })
})

test('a role must exist, with the path it is named with, and trust Systems Manager', async (t) => {
  const world = await given(t)
  const { root } = world
  const arn = (role: string) => `arn:aws:iam::${account}:role/${role}`
  await root.query('iam', 'CreateRole', {
    RoleName: 'hybrid',
    Path: '/service-role/',
    AssumeRolePolicyDocument: nodeTrust,
  })
  await root.query('iam', 'CreateRole', {
    RoleName: 'ec2',
    AssumeRolePolicyDocument: nodeTrust.replace('ssm.', 'ec2.'),
  })

  await activate(world, { IamRole: 'service-role/hybrid' })
  for (const IamRole of [
    'missing',
    'hybrid',
    'other-path/hybrid',
    '/service-role/hybrid',
    arn('service-role/hybrid'),
  ]) {
    await assert.rejects(activate(world, { IamRole }), {
      code: 'ValidationException',
      message: `Not existing role: ${arn(IamRole)}`,
    })
  }
  await assert.rejects(activate(world, { IamRole: 'ec2' }), {
    code: 'ValidationException',
    message: `Nonexistent role or missing ssm service principal in trust policy: ${arn('ec2')}`,
  })
})

test('a trust policy may be narrowed to this account, and one for another account trusts nobody here', async (t) => {
  const world = await given(t)
  const trustFrom = (source: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: ['ssm.amazonaws.com'] },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': source },
          ArnLike: { 'aws:SourceArn': `arn:aws:ssm:*:${source}:*` },
        },
      },
    })
  await world.root.query('iam', 'CreateRole', { RoleName: 'ours', AssumeRolePolicyDocument: trustFrom(account) })
  await world.root.query('iam', 'CreateRole', {
    RoleName: 'theirs',
    AssumeRolePolicyDocument: trustFrom('210987654321'),
  })

  await activate(world, { IamRole: 'ours' })
  await assert.rejects(activate(world, { IamRole: 'theirs' }), { code: 'ValidationException' })
})

test('who may create activations but not pass the role is refused, in words about PassRole', async (t) => {
  const world = await given(t, { policies: [allow('ssm:CreateActivation')] })
  const IamRole = await nodeRole(world)
  await assert.rejects(world.caller.call('ssm', 'CreateActivation', { IamRole }), {
    code: 'AccessDeniedException',
    message: `User: arn:aws:iam::${account}:user/alice is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${account}:role/nodes because no identity-based policy allows the iam:PassRole action`,
  })
  const passer = await world.user('bob', [
    allow('ssm:CreateActivation'),
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: `arn:aws:iam::${account}:role/nodes`,
          Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
        },
      ],
    },
  ])
  await passer.call('ssm', 'CreateActivation', { IamRole })
})

test('a policy may demand tags of an activation', async (t) => {
  const world = await given(t)
  const IamRole = await nodeRole(world)
  const tagger = await world.user('tagger', [
    allow('iam:PassRole'),
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'ssm:CreateActivation',
          Resource: '*',
          Condition: {
            StringEquals: { 'aws:RequestTag/team': 'red' },
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
          },
        },
      ],
    },
  ])
  const Tags = [{ Key: 'team', Value: 'red' }]
  await tagger.call('ssm', 'CreateActivation', { IamRole, Tags })
  for (const wrong of [[], [{ Key: 'team', Value: 'blue' }], [...Tags, { Key: 'more', Value: '' }]]) {
    await assert.rejects(tagger.call('ssm', 'CreateActivation', { IamRole, Tags: wrong }), {
      code: 'AccessDeniedException',
    })
  }
})

test('tags that no node could carry are refused', async (t) => {
  const world = await given(t)
  const many = Array.from({ length: 51 }, (_, n) => ({ Key: `key${n}`, Value: '' }))
  const wrong = [
    many,
    [{ Key: 'AWS:x', Value: '' }],
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
  ]
  for (const Tags of wrong) await assert.rejects(activate(world, { Tags }), { code: 'ValidationException' })
})

test('activations are found by id, role and name, page by page', async (t) => {
  const world = await given(t)
  await nodeRole(world, 'other')
  for (let n = 0; n < 3; n++) await activate(world, { DefaultInstanceName: `web-${n}` })
  const { ActivationId } = await activate(world, { IamRole: 'other' })
  const found = async (FilterKey: 'ActivationIds' | 'DefaultInstanceName' | 'IamRole', ...FilterValues: string[]) =>
    (await world.root.call('ssm', 'DescribeActivations', { Filters: [{ FilterKey, FilterValues }] })).ActivationList
      ?.length

  assert.equal(await found('IamRole', 'nodes'), 3)
  assert.equal(await found('IamRole', 'other'), 1)
  assert.equal(await found('DefaultInstanceName', 'web-0', 'web-2', 'web-9'), 2)
  assert.equal(await found('ActivationIds', ActivationId), 1)

  const first = await world.root.call('ssm', 'DescribeActivations', { MaxResults: 3 })
  const second = await world.root.call('ssm', 'DescribeActivations', { MaxResults: 3, NextToken: first.NextToken })
  const seen = [...(first.ActivationList ?? []), ...(second.ActivationList ?? [])].map((one) => one.ActivationId)
  assert.equal(new Set(seen).size, 4)
  assert.equal(second.NextToken, undefined)
  await assert.rejects(world.root.call('ssm', 'DescribeActivations', { NextToken: 'forged' }), {
    code: 'InvalidNextToken',
  })
  await assert.rejects(world.root.call('ssm', 'DescribeActivations', { Filters: [{ FilterValues: ['x'] }] }), {
    code: 'InvalidFilter',
  })
})

test('a deleted activation is gone, and cannot be deleted twice', async (t) => {
  const world = await given(t)
  const { ActivationId } = await activate(world)
  await world.root.call('ssm', 'DeleteActivation', { ActivationId })
  await assert.rejects(world.root.call('ssm', 'DeleteActivation', { ActivationId }), { code: 'InvalidActivation' })
  assert.deepEqual((await world.root.call('ssm', 'DescribeActivations', {})).ActivationList, [])
})
