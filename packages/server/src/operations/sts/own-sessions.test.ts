import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

// One server for all: each test has users of its own.
const { root, user, client, rootCredentials } = await given({ after })
const text = (policy: object) => JSON.stringify(policy)

function sessionOf(answer: string): ApiClient {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

function secondsOf(answer: string): number {
  return (Date.parse(elementOf(answer, 'Expiration') ?? '') - Date.now()) / 1000
}

test("a user's session is the user, with the user's policies of the moment, but not for IAM and STS", async () => {
  const alice = await user('alice', [allow('*')])
  const answer = await alice.query('sts', 'GetSessionToken', { DurationSeconds: 900 })
  const session = sessionOf(answer)

  assert.match(elementOf(answer, 'AccessKeyId') ?? '', /^ASIA/)
  assert.ok(Math.abs(secondsOf(answer) - 900) < 60)
  const who = await session.query('sts', 'GetCallerIdentity', {})
  assert.equal(elementOf(who, 'Arn'), 'arn:aws:iam::123456789012:user/alice')
  await session.call('ssm', 'DescribeInstanceInformation', {})
  await assert.rejects(session.query('iam', 'ListUsers', {}), { code: 'InvalidClientTokenId' })
  for (const [name, input] of [
    ['GetSessionToken', {}],
    ['GetFederationToken', { Name: 'some' }],
  ] as const) {
    await assert.rejects(session.query('sts', name, input), {
      code: 'AccessDenied',
      message: `Cannot call ${name} with session credentials`,
    })
  }
  await root.query('iam', 'DeleteUserPolicy', { UserName: 'alice', PolicyName: 'policy-0' })
  await assert.rejects(session.call('ssm', 'DescribeInstanceInformation', {}), { code: 'AccessDeniedException' })
})

test("a user's session lasts half a day unless asked otherwise, the root's an hour at most", async () => {
  const bob = await user('bob', [])

  assert.ok(Math.abs(secondsOf(await bob.query('sts', 'GetSessionToken', {})) - 43_200) < 60)
  const longest = await bob.query('sts', 'GetSessionToken', { DurationSeconds: 129_600 })
  assert.ok(Math.abs(secondsOf(longest) - 129_600) < 60)
  for (const DurationSeconds of [899, 129_601]) {
    await assert.rejects(bob.query('sts', 'GetSessionToken', { DurationSeconds }), { code: 'ValidationError' })
  }
  const ofRoot = await root.query('sts', 'GetSessionToken', { DurationSeconds: 43_200 })
  assert.ok(Math.abs(secondsOf(ofRoot) - 3_600) < 60)
  await sessionOf(ofRoot).call('ssm', 'DescribeInstanceInformation', {})
})

test('a session ends with its user', async () => {
  const carol = await user('carol', [])
  const session = sessionOf(await carol.query('sts', 'GetSessionToken', {}))
  const key = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'carol' }), 'AccessKeyId') ?? ''
  await root.query('iam', 'DeleteAccessKey', { UserName: 'carol', AccessKeyId: key })
  await session.query('sts', 'GetCallerIdentity', {})

  await root.query('iam', 'DeleteUser', { UserName: 'carol' })

  await assert.rejects(session.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
})

test('a federated user may do what both its user and its session policy allow, and nothing without one', async () => {
  const allowed = ['ssm:DescribeInstanceInformation', 'ssm:ListDocuments', 'sts:GetFederationToken', 'iam:*']
  const dave = await user('dave', [allow(allowed)])
  const Policy = text(allow(['ssm:DescribeInstanceInformation', 'ssm:ListCommands', 'iam:*', 'sts:*']))
  const answer = await dave.query('sts', 'GetFederationToken', { Name: 'guest', Policy })
  const guest = sessionOf(answer)
  const bare = sessionOf(await dave.query('sts', 'GetFederationToken', { Name: 'bare' }))

  const Arn = 'arn:aws:sts::123456789012:federated-user/guest'
  assert.equal(elementOf(answer, 'Arn'), Arn)
  assert.equal(elementOf(answer, 'FederatedUserId'), '123456789012:guest')
  assert.ok(Number(elementOf(answer, 'PackedPolicySize')) > 0)
  const who = await guest.query('sts', 'GetCallerIdentity', {})
  assert.equal(elementOf(who, 'Arn'), Arn)
  assert.equal(elementOf(who, 'UserId'), '123456789012:guest')
  await guest.call('ssm', 'DescribeInstanceInformation', {})
  await assert.rejects(guest.call('ssm', 'ListDocuments', {}), { message: /because no session policy allows/ })
  await assert.rejects(guest.call('ssm', 'ListCommands', {}), { message: /because no identity-based policy allows/ })
  await assert.rejects(guest.query('iam', 'ListUsers', {}), { code: 'InvalidClientTokenId' })
  await assert.rejects(guest.query('sts', 'AssumeRole', { RoleArn: `${Arn}/x`, RoleSessionName: 'one' }), {
    message: 'Cannot call AssumeRole with session credentials',
  })
  await assert.rejects(bare.call('ssm', 'DescribeInstanceInformation', {}), { code: 'AccessDeniedException' })
})

test('GetFederationToken asks for its permission, and for that to tag', async () => {
  const none = await user('none', [])
  const untagging = await user('untagging', [allow('sts:GetFederationToken')])
  const Tags = [{ Key: 'Team', Value: 'Web' }]

  await assert.rejects(none.query('sts', 'GetFederationToken', { Name: 'guest' }), { code: 'AccessDenied' })
  await assert.rejects(untagging.query('sts', 'GetFederationToken', { Name: 'guest', Tags }), {
    message: /is not authorized to perform: sts:TagSession/,
  })
  await untagging.query('sts', 'GetFederationToken', { Name: 'guest' })
})

test('of somebody whom the root vouches for the session policy is the bound', async () => {
  const Policy = text(allow('ssm:DescribeInstanceInformation'))
  const guest = sessionOf(await root.query('sts', 'GetFederationToken', { Name: 'guest', Policy }))

  await guest.call('ssm', 'DescribeInstanceInformation', {})
  await assert.rejects(guest.call('ssm', 'ListDocuments', {}), { code: 'AccessDeniedException' })
})

test('the account of a key is told', async () => {
  const answer = await root.query('sts', 'GetAccessKeyInfo', { AccessKeyId: rootCredentials.accessKeyId })

  assert.equal(elementOf(answer, 'Account'), '123456789012')
  await assert.rejects(root.query('sts', 'GetAccessKeyInfo', { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }), {
    code: 'ValidationError',
  })
})
