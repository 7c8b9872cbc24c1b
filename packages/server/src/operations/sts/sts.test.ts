import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, deny, given, type PolicyText } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user, client } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`

/** Makes a role under /ops/ that trusts one principal, and answers its ARN. */
async function makeRole(RoleName: string, principal: string, changes: object = {}): Promise<string> {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...changes }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await root.query('iam', 'CreateRole', { RoleName, Path: '/ops/', AssumeRolePolicyDocument })
  return arn(`role/ops/${RoleName}`)
}

async function putPolicy(RoleName: string, policy: PolicyText): Promise<void> {
  const PolicyDocument = JSON.stringify(policy)
  await root.query('iam', 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument })
}

function sessionOf(answer: string): ApiClient {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

test('everybody may ask who they are, also when everything is denied', async () => {
  const denied = await user('denied', [deny('*')])

  const answer = await denied.query('sts', 'GetCallerIdentity', {})
  const ofRoot = await root.query('sts', 'GetCallerIdentity', {})

  assert.equal(elementOf(answer, 'Arn'), arn('user/denied'))
  assert.match(elementOf(answer, 'UserId') ?? '', /^AIDA/)
  assert.equal(elementOf(ofRoot, 'Arn'), arn('root'))
  assert.equal(elementOf(ofRoot, 'UserId'), '123456789012')
})

test("a trusted caller gets the role's permissions and no others", async () => {
  const alice = await user('alice', [allow('iam:ListRoles')])
  const RoleArn = await makeRole('deploy', arn('user/alice'))
  await putPolicy('deploy', allow(['iam:ListUsers', 'iam:GetUser']))

  const answer = await alice.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' })
  const session = sessionOf(answer)

  const sessionArn = 'arn:aws:sts::123456789012:assumed-role/deploy/one'
  assert.equal(elementOf(answer, 'Arn'), sessionArn)
  assert.match(elementOf(answer, 'AssumedRoleId') ?? '', /^AROA[A-Z2-7]{17}:one$/)
  assert.equal(elementOf(await session.query('sts', 'GetCallerIdentity', {}), 'Arn'), sessionArn)
  await session.query('iam', 'ListUsers', {})
  await assert.rejects(session.query('iam', 'ListRoles', {}), { code: 'AccessDenied' })
  await assert.rejects(session.query('iam', 'GetUser', {}), {
    code: 'ValidationError',
    message: 'Must specify userName when calling with non-User credentials',
  })
})

test('a caller whom the trust policy does not name is refused, whatever its own policies say', async () => {
  const strong = await user('strong', [allow('*')])
  const RoleArn = await makeRole('closed', arn('user/alice'))

  await assert.rejects(strong.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }), {
    code: 'AccessDenied',
    message: `User: ${arn('user/strong')} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn} because no role trust policy allows the sts:AssumeRole action`,
  })
})

test("a role that trusts the account leaves it to the caller's own policies", async () => {
  const RoleArn = await makeRole('shared', '123456789012')
  const carol = await user('carol', [allow('sts:AssumeRole', RoleArn)])
  const bob = await user('bob', [])

  await carol.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' })

  await assert.rejects(bob.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }), { code: 'AccessDenied' })
})

test('an explicit deny of the caller beats the trust of the role', async () => {
  const dave = await user('dave', [deny('sts:AssumeRole')])
  const RoleArn = await makeRole('friendly', arn('user/dave'))

  await assert.rejects(dave.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }), {
    code: 'AccessDenied',
    message: `User: ${arn('user/dave')} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn} with an explicit deny in an identity-based policy`,
  })
})

test('a role that is not there is refused in the words for one that does not trust', async () => {
  const curious = await user('curious', [allow('*')])
  const RoleArn = await makeRole('hidden', arn('user/alice'))
  const refusal = async (resource: string) =>
    curious.query('sts', 'AssumeRole', { RoleArn: resource, RoleSessionName: 'one' }).then(
      () => 'allowed',
      (error: Error) => error.message.replace(resource, 'ROLE'),
    )

  const nowhere = await refusal(arn('role/nowhere'))

  assert.equal(nowhere, await refusal(RoleArn))
  // Without its path it is another ARN.
  assert.equal(nowhere, await refusal(arn('role/hidden')))
})

test('an external id has to be the one that the trust policy asks for', async () => {
  const partner = await user('partner', [])
  const RoleArn = await makeRole('third-party', arn('user/partner'), {
    Condition: { StringEquals: { 'sts:ExternalId': 'tiger' } },
  })
  const assume = (changes: object) =>
    partner.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one', ...changes })

  await assert.rejects(assume({}), { code: 'AccessDenied' })
  await assert.rejects(assume({ ExternalId: 'lion' }), { code: 'AccessDenied' })
  await assume({ ExternalId: 'tiger' })
})

test('a session is not longer than the role allows, and never narrowed silently', async () => {
  const eve = await user('eve', [])
  const RoleArn = await makeRole('short', arn('user/eve'))
  const input = { RoleArn, RoleSessionName: 'one' }

  await assert.rejects(eve.query('sts', 'AssumeRole', { ...input, DurationSeconds: 3601 }), {
    code: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  })
  await assert.rejects(eve.query('sts', 'AssumeRole', { ...input, ProvidedContexts: [{ ContextAssertion: 'some' }] }), {
    code: 'ValidationError',
  })
  await assert.rejects(root.query('sts', 'AssumeRole', input), {
    code: 'AccessDenied',
    message: 'Roles may not be assumed by root accounts.',
  })
})

test('a session ends with its role, also when another role takes the name', async () => {
  const frank = await user('frank', [])
  const RoleArn = await makeRole('brief', arn('user/frank'))
  const session = sessionOf(await frank.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }))
  await session.query('sts', 'GetCallerIdentity', {})

  await root.query('iam', 'DeleteRole', { RoleName: 'brief' })
  await assert.rejects(session.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
  await makeRole('brief', arn('user/frank'))
  await assert.rejects(session.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
})

test('from one role to the next a session lasts an hour at most', async () => {
  const gina = await user('gina', [])
  const first = await makeRole('first', arn('user/gina'))
  const RoleArn = await makeRole('second', arn('role/ops/first'))
  await root.query('iam', 'UpdateRole', { RoleName: 'second', MaxSessionDuration: 43_200 })
  await putPolicy('first', allow('sts:AssumeRole'))
  const session = sessionOf(await gina.query('sts', 'AssumeRole', { RoleArn: first, RoleSessionName: 'one' }))
  const input = { RoleArn, RoleSessionName: 'two' }

  await assert.rejects(session.query('sts', 'AssumeRole', { ...input, DurationSeconds: 3_601 }), {
    code: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  })
  await session.query('sts', 'AssumeRole', { ...input, DurationSeconds: 3_600 })
})
