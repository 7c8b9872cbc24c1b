import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, type Given, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'
import { elementOf } from '@fairlead/testkit/xml'
import { sessionWorld } from '../channels/sessions/testing/session-world.ts'

// Everything that is looked up about a caller is kept for its next requests, so each test asks once before the change.

const ofTeamRed = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:DescribeInstanceInformation',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
    },
  ],
}

const list = (caller: ApiClient) => caller.call('ssm', 'DescribeInstanceInformation', {})

test("a user's tags count from the next request on, whether they come, change or go", async (t) => {
  const { root, caller } = await given(t, { policies: [ofTeamRed], userName: 'alice' })
  const tag = (Value: string) => root.query('iam', 'TagUser', { UserName: 'alice', Tags: [{ Key: 'team', Value }] })
  const denied = { code: 'AccessDeniedException' }

  await assert.rejects(list(caller), denied)
  await tag('red')
  await list(caller)
  await tag('blue')
  await assert.rejects(list(caller), denied)
  await tag('red')
  await list(caller)
  await root.query('iam', 'UntagUser', { UserName: 'alice', TagKeys: ['team'] })
  await assert.rejects(list(caller), denied)
})

test('a node is refused from the request after its removal on', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const ping = { InstanceId: node.nodeId, AgentVersion: '3.3.0.0', PlatformType: 'Linux' } as const
  await client.call('ssm', 'UpdateInstanceInformation', ping)

  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: node.nodeId })

  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), { code: 'UnrecognizedClientException' })
})

test('a session is refused once its role is gone, also when there is another of the name', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const ping = { InstanceId: node.nodeId, AgentVersion: '3.3.0.0', PlatformType: 'Linux' } as const
  await client.call('ssm', 'UpdateInstanceInformation', ping)
  const refused = { code: 'UnrecognizedClientException' }

  const RoleName = 'nodes'
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await world.root.query('iam', 'DetachRolePolicy', { RoleName, PolicyArn })
  await world.root.query('iam', 'DeleteRole', { RoleName })
  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), refused)

  await nodeRole(world)
  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), refused)
})

/** A caller with the temporary credentials of an answer. */
function sessionOf({ client }: Given, answer: string): ApiClient {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

/** Takes away all that keeps a user, then the user. */
async function deleteUser({ root }: Pick<Given, 'root'>, UserName: string): Promise<void> {
  const AccessKeyId = elementOf(await root.query('iam', 'ListAccessKeys', { UserName }), 'AccessKeyId') ?? ''
  await root.query('iam', 'DeleteAccessKey', { UserName, AccessKeyId })
  await root.query('iam', 'DeleteUserPolicy', { UserName, PolicyName: 'policy-0' })
  await root.query('iam', 'DeleteUser', { UserName })
}

test('with a user end its keys, its own sessions and those of whom it vouched for, also when there is another of the name', async (t) => {
  const policies = [allow(['ssm:*', 'sts:*'])]
  const world = await given(t, { policies, userName: 'alice' })
  const { caller: alice } = world
  const own = sessionOf(world, await alice.query('sts', 'GetSessionToken', {}))
  const Policy = JSON.stringify(policies[0])
  const vouched = sessionOf(world, await alice.query('sts', 'GetFederationToken', { Name: 'friend', Policy }))
  for (const caller of [alice, own, vouched]) await list(caller)

  await deleteUser(world, 'alice')
  await world.user('alice', policies)

  for (const caller of [alice, own, vouched])
    await assert.rejects(list(caller), { code: 'UnrecognizedClientException' })
})

test('with a key of the root end the sessions that it began, and those of whom it vouched for', async (t) => {
  const world = await given(t)
  const { root, client } = world
  const second = await root.query('iam', 'CreateAccessKey', {})
  const AccessKeyId = elementOf(second, 'AccessKeyId') ?? ''
  const stolen = client({ accessKeyId: AccessKeyId, secretAccessKey: elementOf(second, 'SecretAccessKey') ?? '' })
  const Policy = JSON.stringify(allow('*'))
  const sessionsOf = async (caller: ApiClient) => [
    sessionOf(world, await caller.query('sts', 'GetSessionToken', {})),
    sessionOf(world, await caller.query('sts', 'GetFederationToken', { Name: 'friend', Policy })),
  ]
  const [begun, others] = [await sessionsOf(stolen), await sessionsOf(root)]
  const refused = { code: 'UnrecognizedClientException' }
  const set = (Status: 'Active' | 'Inactive') => root.query('iam', 'UpdateAccessKey', { AccessKeyId, Status })
  for (const session of begun) await list(session)

  await set('Inactive')
  for (const session of begun) await assert.rejects(list(session), refused)
  await set('Active')
  for (const session of begun) await list(session)
  await root.query('iam', 'DeleteAccessKey', { AccessKeyId })
  for (const session of begun) await assert.rejects(list(session), refused)
  for (const session of others) await list(session)
})

test('a session of a role outlives the user who began it, until the role denies those that are older', async (t) => {
  const clock = new ManualClock()
  const world = await given(t, { clock, policies: [allow('sts:AssumeRole')], userName: 'alice' })
  const { root, caller: alice } = world
  const RoleName = 'shared'
  const RoleArn = `arn:aws:iam::123456789012:role/${RoleName}`
  const trust = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }
  const put = (PolicyName: string, policy: object) =>
    root.query('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) })
  await root.query('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  })
  await put('work', allow('ssm:DescribeInstanceInformation'))
  const assume = async (caller: ApiClient) =>
    sessionOf(world, await caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'work' }))
  const session = await assume(alice)
  const bob = await world.user('bob', [allow('sts:AssumeRole')])

  await deleteUser(world, 'alice')
  await list(session)
  clock.advance(1_000)
  // What AWS's console writes for "Revoke active sessions".
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': clock.now().toISOString() } }
  const Statement = [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }]
  await put('AWSRevokeOlderSessions', { Version: '2012-10-17', Statement })
  await assert.rejects(list(session), { message: /with an explicit deny in an identity-based policy/ })
  await list(await assume(bob))
})

test('a shell goes on when its user is denied everything and deleted, and ends when an operator ends it', async (t) => {
  const world = await sessionWorld(t)
  const { root, nodeId, server } = world
  const alice = await server.user('alice', [allow('ssm:*')])
  const {
    SessionId = '',
    TokenValue = '',
    StreamUrl = '',
  } = await alice.call('ssm', 'StartSession', { Target: nodeId })
  const started = { sessionId: SessionId, token: TokenValue, url: StreamUrl }
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()

  await deleteUser(server, 'alice')
  agent.send('still here')
  assert.deepEqual(await client.takeTexts(1), ['still here'])

  await root.call('ssm', 'TerminateSession', { SessionId })
  assert.match(await client.takeFarewell(), /[Tt]erminated/)
  await assert.rejects(alice.call('ssm', 'ResumeSession', { SessionId }), { code: 'UnrecognizedClientException' })
})
