import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, deny, type Given, given, type PolicyText } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

const RoleArn = 'arn:aws:iam::123456789012:role/ops/deploy'
const alice = 'arn:aws:iam::123456789012:user/alice'

async function makeRole({ root }: Given, principal: string, changes: object = {}): Promise<void> {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...changes }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await root.query('iam', 'CreateRole', { RoleName: 'deploy', Path: '/ops/', AssumeRolePolicyDocument })
}

async function putPolicy({ root }: Given, policy: PolicyText): Promise<void> {
  const PolicyDocument = JSON.stringify(policy)
  await root.query('iam', 'PutRolePolicy', { RoleName: 'deploy', PolicyName: 'p', PolicyDocument })
}

test('everybody may ask who they are, also when everything is denied', async (t) => {
  const { caller, root } = await given(t, { policies: [deny('*')] })

  const answer = await caller.query('sts', 'GetCallerIdentity', {})
  const ofRoot = await root.query('sts', 'GetCallerIdentity', {})

  assert.equal(elementOf(answer, 'Arn'), alice)
  assert.match(elementOf(answer, 'UserId') ?? '', /^AIDA/)
  assert.equal(elementOf(ofRoot, 'Arn'), 'arn:aws:iam::123456789012:root')
  assert.equal(elementOf(ofRoot, 'UserId'), '123456789012')
})

test("a trusted caller gets the role's permissions and no others", async (t) => {
  const world = await given(t, { policies: [allow('iam:ListRoles')] })
  await makeRole(world, alice)
  await putPolicy(world, allow(['iam:ListUsers', 'iam:GetUser']))

  const answer = await world.caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' })
  const session = world.client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })

  const sessionArn = 'arn:aws:sts::123456789012:assumed-role/deploy/one'
  assert.equal(elementOf(answer, 'Arn'), sessionArn)
  assert.match(elementOf(answer, 'AssumedRoleId') ?? '', /^AROA[A-Z2-7]{17}:one$/)
  assert.equal(elementOf(await session.query('sts', 'GetCallerIdentity', {}), 'Arn'), sessionArn)
  await session.query('iam', 'ListUsers', {})
  await assert.rejects(session.query('iam', 'ListRoles', {}), { code: 'AccessDenied' })
  await assert.rejects(session.query('iam', 'GetUser', {}), { code: 'ValidationError' })
})

test('a caller whom the trust policy does not name is refused, whatever its own policies say', async (t) => {
  const world = await given(t, { policies: [allow('*')] })
  await makeRole(world, 'arn:aws:iam::123456789012:user/bob')

  await assert.rejects(world.caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }), {
    code: 'AccessDenied',
    message: `User: ${alice} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn} because no role trust policy allows the sts:AssumeRole action`,
  })
})

test("a role that trusts the account leaves it to the caller's own policies", async (t) => {
  const world = await given(t, { policies: [allow('sts:AssumeRole', RoleArn)] })
  await makeRole(world, '123456789012')
  const bob = await world.user('bob', [])

  await world.caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' })

  await assert.rejects(bob.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' }), { code: 'AccessDenied' })
})

test('a role that is not there is refused in the words for one that does not trust', async (t) => {
  const world = await given(t, { policies: [allow('*')] })
  await makeRole(world, 'arn:aws:iam::123456789012:user/bob')
  const refusal = async (arn: string) =>
    world.caller.query('sts', 'AssumeRole', { RoleArn: arn, RoleSessionName: 'one' }).then(
      () => 'allowed',
      (error: Error) => error.message.replace(arn, 'ROLE'),
    )

  const nowhere = await refusal('arn:aws:iam::123456789012:role/nowhere')
  assert.equal(nowhere, await refusal(RoleArn))
  // Without its path it is another ARN.
  assert.equal(nowhere, await refusal('arn:aws:iam::123456789012:role/deploy'))
})

test('an external id has to be the one that the trust policy asks for', async (t) => {
  const world = await given(t, { policies: [] })
  await makeRole(world, alice, { Condition: { StringEquals: { 'sts:ExternalId': 'tiger' } } })
  const input = { RoleArn, RoleSessionName: 'one' }

  await assert.rejects(world.caller.query('sts', 'AssumeRole', input), { code: 'AccessDenied' })
  await assert.rejects(world.caller.query('sts', 'AssumeRole', { ...input, ExternalId: 'lion' }), {
    code: 'AccessDenied',
  })
  await world.caller.query('sts', 'AssumeRole', { ...input, ExternalId: 'tiger' })
})

test('a session is not longer than the role allows, and never narrowed silently', async (t) => {
  const world = await given(t, { policies: [] })
  await makeRole(world, alice)
  const input = { RoleArn, RoleSessionName: 'one' }

  await assert.rejects(world.caller.query('sts', 'AssumeRole', { ...input, DurationSeconds: 3601 }), {
    code: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  })
  await assert.rejects(world.caller.query('sts', 'AssumeRole', { ...input, Policy: JSON.stringify(deny('*')) }), {
    code: 'ValidationError',
  })
  await assert.rejects(world.root.query('sts', 'AssumeRole', input), {
    code: 'AccessDenied',
    message: 'Roles may not be assumed by root accounts.',
  })
})

test('a session ends with its role, also when another role takes the name', async (t) => {
  const world = await given(t, { policies: [] })
  await makeRole(world, alice)
  const answer = await world.caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one' })
  const session = world.client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
  await session.query('sts', 'GetCallerIdentity', {})

  await world.root.query('iam', 'DeleteRole', { RoleName: 'deploy' })
  await assert.rejects(session.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
  await makeRole(world, alice)
  await assert.rejects(session.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
})
