import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { account, allow, deny, given, type PolicyText } from '@fairlead/testkit/given'
import { activate, NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'
import { elementOf } from '@fairlead/testkit/xml'
import { type ClientRequest, clientCall } from '@fairlead/wire/codec'

// One server for all: each test has names of its own.
const world = await given({ after })
const { root, user, client } = world
const arnOf = (resource: string) => `arn:aws:iam::${account}:${resource}`
const text = (policy: PolicyText) => JSON.stringify(policy)

/** Sends what is refused, and asks why. */
async function explain(by: ApiClient, service: string, { headers, body }: ClientRequest) {
  const answer = await by.send({ service, headers, body })
  const RequestId = String(answer.headers['x-amzn-requestid'])
  const { Request, Decisions = [], MoreDecisions } = await root.call('fairlead', 'ExplainRequest', { RequestId })
  return { status: answer.status, request: Request, decisions: Decisions, first: Decisions[0], more: MoreDecisions }
}

const listUsers = clientCall('iam', 'ListUsers', {})

test('an implicit denial tells the nearest statement, and what it wanted in place of what it got', async () => {
  const alice = await user('alice', [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'WebOnly',
          Effect: 'Allow',
          Action: 'ssm:SendCommand',
          Resource: '*',
          Condition: { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } },
        },
      ],
    },
  ])
  const { nodeId } = await NodeMachine.register(world)
  const Tags = [{ Key: 'Finance', Value: 'WebServer' }]
  await root.call('ssm', 'AddTagsToResource', { ResourceType: 'ManagedInstance', ResourceId: nodeId, Tags })

  const { status, request, decisions } = await explain(
    alice,
    'ssm',
    clientCall('ssm', 'SendCommand', { DocumentName: 'AWS-RunShellScript', InstanceIds: [nodeId] }),
  )

  assert.equal(status, 400)
  assert.equal(request?.Operation, 'ssm:SendCommand')
  assert.equal(request?.CallerArn, arnOf('user/alice'))
  assert.equal(request?.ErrorCode, 'AccessDeniedException')
  assert.deepEqual(
    decisions.map(({ Resource, Effect, DeniedBy }) => [Resource?.split('/').at(-1), Effect, DeniedBy]),
    [
      ['AWS-RunShellScript', 'ImplicitlyDenied', 'identity'],
      [nodeId, 'ImplicitlyDenied', 'identity'],
    ],
  )
  const { Statements, Keys } = decisions[1] ?? {}
  assert.deepEqual(Keys, [{ Name: 'ssm:resourceTag/Finance', Values: ['WebServer'] }])
  assert.deepEqual(Statements, [
    {
      PolicyType: 'identity',
      PolicyName: 'policy-0',
      Index: 0,
      Sid: 'WebOnly',
      Did: 'nearly matched',
      Mismatches: [
        {
          Element: 'Condition',
          Operator: 'StringLike',
          Key: 'ssm:resourceTag/Finance',
          Wanted: ['WebServers'],
          Got: ['WebServer'],
        },
      ],
    },
  ])
  // The document has no such tag: nothing was got.
  assert.equal(decisions[0]?.Statements?.[0]?.Mismatches?.[0]?.Got, undefined)
})

test('an explicit denial tells the statement that denied, and the managed policy that it is of', async () => {
  const bob = await user('bob', [allow('iam:*')])
  const PolicyArn = arnOf('policy/no-listing')
  await root.query('iam', 'CreatePolicy', { PolicyName: 'no-listing', PolicyDocument: text(deny('iam:List*')) })
  await root.query('iam', 'AttachUserPolicy', { UserName: 'bob', PolicyArn })

  const { first } = await explain(bob, 'iam', listUsers)

  assert.deepEqual([first?.Effect, first?.DeniedBy], ['ExplicitlyDenied', 'identity'])
  assert.deepEqual(
    first?.Statements?.map(({ PolicyName, PolicyArn: arn, Index, Did }) => [PolicyName, arn, Index, Did]),
    [['no-listing', PolicyArn, 0, 'denied']],
  )
})

test('what is allowed tells the statement that allowed', async () => {
  const carol = await user('carol', [allow('sts:*'), allow('iam:ListUsers')])

  const { status, first, request } = await explain(carol, 'iam', listUsers)

  assert.equal(status, 200)
  assert.equal(request?.ErrorCode, undefined)
  assert.deepEqual(
    first?.Statements?.map(({ PolicyName, Did }) => [PolicyName, Did]),
    [['policy-1', 'allowed']],
  )
})

test('a boundary that does not allow is named', async () => {
  const dave = await user('dave', [allow('iam:*')])
  const PermissionsBoundary = arnOf('policy/shells')
  await root.query('iam', 'CreatePolicy', { PolicyName: 'shells', PolicyDocument: text(allow('ssm:StartSession')) })
  await root.query('iam', 'PutUserPermissionsBoundary', { UserName: 'dave', PermissionsBoundary })

  const { first } = await explain(dave, 'iam', listUsers)

  assert.deepEqual([first?.Effect, first?.DeniedBy], ['ImplicitlyDenied', 'boundary'])
  const [statement] = first?.Statements ?? []
  assert.deepEqual([statement?.PolicyName, statement?.PolicyArn], ['shells', PermissionsBoundary])
  assert.deepEqual(statement?.Mismatches, [{ Element: 'Action', Wanted: ['ssm:StartSession'], Got: ['iam:ListUsers'] }])
})

test('a session policy that does not allow is named', async () => {
  const erin = await user('erin', [allow('sts:AssumeRole')])
  const trust = { Effect: 'Allow', Principal: { AWS: arnOf('user/erin') }, Action: 'sts:AssumeRole' }
  await root.query('iam', 'CreateRole', {
    RoleName: 'narrowed',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  })
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'narrowed',
    PolicyName: 'all',
    PolicyDocument: text(allow('iam:*')),
  })
  const answer = await erin.query('sts', 'AssumeRole', {
    RoleArn: arnOf('role/narrowed'),
    RoleSessionName: 'one',
    Policy: text(allow('iam:ListRoles')),
  })
  const session = client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })

  const { first, request } = await explain(session, 'iam', listUsers)

  assert.equal(request?.CallerType, 'AssumedRole')
  assert.deepEqual([first?.DeniedBy, first?.Statements?.[0]?.PolicyName], ['session', 'session policy'])
})

test('a trust policy that names somebody else is named, with whom it names', async () => {
  const frank = await user('frank', [allow('sts:AssumeRole')])
  await user('grace', [])
  const trust = { Sid: 'Grace', Effect: 'Allow', Principal: { AWS: arnOf('user/grace') }, Action: 'sts:AssumeRole' }
  await root.query('iam', 'CreateRole', {
    RoleName: 'hers',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  })

  const RoleArn = arnOf('role/hers')
  const { first } = await explain(frank, 'sts', clientCall('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }))

  assert.deepEqual([first?.Effect, first?.DeniedBy], ['ImplicitlyDenied', 'resource'])
  const [statement] = first?.Statements ?? []
  assert.deepEqual([statement?.PolicyName, statement?.Sid], [RoleArn, 'Grace'])
  assert.equal(statement?.Mismatches?.[0]?.Element, 'Principal')
  assert.deepEqual(statement?.Mismatches?.[0]?.Got, [arnOf('user/frank')])
})

test('a call of a node is explained by the policies of its role', async () => {
  const IamRole = await nodeRole(world, 'bare')
  const node = await NodeMachine.register(world, { activation: await activate(world, { IamRole }) })
  await root.query('iam', 'DetachRolePolicy', {
    RoleName: IamRole,
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
  })
  await root.query('iam', 'PutRolePolicy', {
    RoleName: IamRole,
    PolicyName: 'documents',
    PolicyDocument: text(allow('ssm:GetDocument')),
  })
  const InstanceId = node.nodeId

  const { request, first } = await explain(
    await node.client(),
    'ssm',
    clientCall('ssm', 'UpdateInstanceInformation', { InstanceId, AgentVersion: '3.3.0.0', PlatformType: 'Linux' }),
  )

  assert.match(request?.CallerArn ?? '', new RegExp(`:assumed-role/bare/${InstanceId}$`))
  assert.deepEqual([first?.DeniedBy, first?.Statements?.[0]?.PolicyName], ['identity', 'documents'])
})

test('a key policy that denies is named', async () => {
  const heidi = await user('heidi', [allow('kms:*')])
  const open = { Effect: 'Allow', Principal: { AWS: arnOf('root') }, Action: 'kms:*', Resource: '*' }
  const shut = { Sid: 'NotHeidi', Effect: 'Deny', Principal: { AWS: arnOf('user/heidi') }, Action: 'kms:Encrypt' }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [open, { ...shut, Resource: '*' }] })
  const { KeyMetadata } = await root.call('kms', 'CreateKey', { Policy })
  const KeyId = KeyMetadata?.KeyId ?? ''

  const { first } = await explain(
    heidi,
    'kms',
    clientCall('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('secret') }),
  )

  assert.deepEqual(
    [first?.Effect, first?.DeniedBy, first?.Statements?.[0]?.Sid],
    [...['ExplicitlyDenied', 'resource', 'NotHeidi']],
  )
})

test('of very many decisions the denials are kept, and how many there were', async () => {
  const node = (digit: string) => `mi-${digit.repeat(17)}`
  const allowed = [...'0123456789abcde'].map(node)
  const managed = (nodeId: string) => `arn:aws:ssm:us-east-1:${account}:managed-instance/${nodeId}`
  const ivan = await user('ivan', [
    allow('ssm:SendCommand', ['arn:aws:ssm:us-east-1::document/*', managed('mi-*')]),
    deny('ssm:SendCommand', managed(node('f'))),
  ])

  const { decisions, more, first } = await explain(
    ivan,
    'ssm',
    clientCall('ssm', 'SendCommand', { DocumentName: 'AWS-RunShellScript', InstanceIds: [...allowed, node('f')] }),
  )

  assert.deepEqual([first?.Effect, first?.Resource], ['ExplicitlyDenied', managed(node('f'))])
  assert.equal(decisions.length + (more ?? 0), 17)
})

test('only who is allowed is told, and of an unknown request nothing', async () => {
  const request = `arn:aws:fairlead:us-east-1:${account}:request`
  const judy = await user('judy', [allow('fairlead:ExplainRequest', `${request}/aaa*`)])

  await assert.rejects(judy.call('fairlead', 'ExplainRequest', { RequestId: 'aaab' }), {
    code: 'DoesNotExistException',
  })
  await assert.rejects(judy.call('fairlead', 'ExplainRequest', { RequestId: 'bbba' }), {
    code: 'AccessDeniedException',
    message: `User: ${arnOf('user/judy')} is not authorized to perform: fairlead:ExplainRequest on resource: ${request}/bbba because no identity-based policy allows the fairlead:ExplainRequest action`,
  })
})
