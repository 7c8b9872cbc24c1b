import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, deny, given, type PolicyText } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user, client } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const text = (policy: object) => JSON.stringify(policy)

/** Makes a role that trusts one principal for these actions, with one policy of its own, and answers its ARN. */
async function makeRole(
  RoleName: string,
  principal: string,
  policy: PolicyText,
  trusted: readonly string[] = ['sts:AssumeRole'],
  Condition: object = {},
): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { AWS: principal }, Action: trusted, Condition }]
  const AssumeRolePolicyDocument = text({ Version: '2012-10-17', Statement })
  await root.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument, Tags: [{ Key: 'Team', Value: 'Role' }] })
  await root.query('iam', 'PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: text(policy) })
  return arn(`role/${RoleName}`)
}

async function assume(caller: ApiClient, RoleArn: string, input: object = {}): Promise<string> {
  return await caller.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one', ...input })
}

function sessionOf(answer: string): ApiClient {
  return client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
}

const tagging = ['sts:AssumeRole', 'sts:TagSession']

test('a session may do what both its role and its session policy allow', async () => {
  const alice = await user('alice', [])
  const role = await makeRole('narrowed', arn('user/alice'), allow(['iam:ListUsers', 'iam:ListRoles']))

  const answer = await assume(alice, role, { Policy: text(allow(['iam:ListUsers', 'iam:ListGroups'])) })
  const session = sessionOf(answer)
  const denying = sessionOf(await assume(alice, role, { Policy: text(deny('iam:ListUsers')) }))

  await session.query('iam', 'ListUsers', {})
  const caller = 'arn:aws:sts::123456789012:assumed-role/narrowed/one'
  await assert.rejects(session.query('iam', 'ListRoles', {}), {
    code: 'AccessDenied',
    message: `User: ${caller} is not authorized to perform: iam:ListRoles on resource: ${arn('role/')} because no session policy allows the iam:ListRoles action`,
  })
  await assert.rejects(session.query('iam', 'ListGroups', {}), { message: /no identity-based policy allows/ })
  await assert.rejects(denying.query('iam', 'ListUsers', {}), {
    message: `User: ${caller} is not authorized to perform: iam:ListUsers on resource: ${arn('user/')} with an explicit deny in a session policy`,
  })
  assert.ok(Number(elementOf(answer, 'PackedPolicySize')) > 0)
  assert.equal(elementOf(await assume(alice, role), 'PackedPolicySize'), undefined)
})

test('managed policies narrow a session with what they say at the time', async () => {
  const bob = await user('bob', [])
  const role = await makeRole('managed', arn('user/bob'), allow('iam:*'))
  const PolicyArn = arn('policy/narrow')
  await root.query('iam', 'CreatePolicy', { PolicyName: 'narrow', PolicyDocument: text(allow('iam:ListUsers')) })
  const session = sessionOf(await assume(bob, role, { PolicyArns: [{ arn: PolicyArn }] }))
  const may = () =>
    session.query('iam', 'ListUsers', {}).then(
      () => true,
      () => false,
    )

  assert.equal(await may(), true)
  await root.query('iam', 'CreatePolicyVersion', {
    PolicyArn,
    PolicyDocument: text(allow('iam:ListRoles')),
    SetAsDefault: true,
  })
  assert.equal(await may(), false)
  await session.query('iam', 'ListRoles', {})
  await root.query('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' })
  await root.query('iam', 'DeletePolicy', { PolicyArn })
  await assert.rejects(session.query('iam', 'ListRoles', {}), { message: /because no session policy allows/ })
  await assert.rejects(assume(bob, role, { PolicyArns: [{ arn: PolicyArn }] }), {
    code: 'ValidationError',
    message: `Policy ${PolicyArn} does not exist or is not attachable.`,
  })
})

test('a session policy that is wrong, too long, or does not fit is refused', async () => {
  const carol = await user('carol', [])
  const role = await makeRole('strict', arn('user/carol'), allow('*'), tagging)
  const wide = (length: number) => text(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(length)}`))
  const tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `${index}${Buffer.from(crypto.getRandomValues(new Uint8Array(60))).toString('hex')}`,
    Value: Buffer.from(crypto.getRandomValues(new Uint8Array(120))).toString('hex'),
  }))

  await assert.rejects(assume(carol, role, { Policy: '{"Version":"2012-10-17"}' }), {
    code: 'MalformedPolicyDocument',
    status: 400,
  })
  await assume(carol, role, { Policy: wide(1_900) })
  await assert.rejects(assume(carol, role, { Policy: wide(2_048) }), { code: 'ValidationError' })
  const eleven = Array.from({ length: 11 }, (_, index) => ({ arn: arn(`policy/p${index}`) }))
  await assert.rejects(assume(carol, role, { PolicyArns: eleven }), { code: 'ValidationError' })
  await assert.rejects(assume(carol, role, { Tags: tags }), {
    code: 'PackedPolicyTooLarge',
    message: /^Packed size of session tags consumes [0-9]{3}% of allotted space\.$/,
  })
})

test("session tags are the principal's, before those of the role, and need a permission of their own", async () => {
  const dave = await user('dave', [])
  const onlyWeb = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'Web' } },
      },
    ],
  }
  const role = await makeRole('tagged', arn('user/dave'), onlyWeb, tagging, {
    StringEqualsIfExists: { 'aws:RequestTag/Team': ['Web', 'Db'] },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] },
  })
  const closed = await makeRole('untaggable', arn('user/dave'), allow('*'))
  const tagged = (Value: string) => assume(dave, role, { Tags: [{ Key: 'Team', Value }] })

  await sessionOf(await tagged('Web')).query('iam', 'ListUsers', {})
  await assert.rejects(sessionOf(await tagged('Db')).query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
  await assert.rejects(sessionOf(await assume(dave, role)).query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
  await assert.rejects(tagged('Other'), { code: 'AccessDenied' })
  await assert.rejects(assume(dave, role, { Tags: [{ Key: 'Other', Value: 'x' }] }), { code: 'AccessDenied' })
  await assert.rejects(assume(dave, closed, { Tags: [{ Key: 'Team', Value: 'Web' }] }), {
    code: 'AccessDenied',
    message: `User: ${arn('user/dave')} is not authorized to perform: sts:TagSession on resource: ${closed} because no role trust policy allows the sts:TagSession action`,
  })
})

test('transitive tags go along a chain of sessions, others stay behind', async () => {
  const erin = await user('erin', [])
  const first = await makeRole('hop-one', arn('user/erin'), allow(tagging), tagging)
  const probing = (tag: string, value: string) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringEquals: { [`aws:PrincipalTag/${tag}`]: value } },
      },
    ],
  })
  const second = await makeRole('hop-two', first, probing('Cost', '7'), tagging)
  const third = await makeRole('hop-three', first, probing('Case', 'x'), tagging)
  const untaggable = await makeRole('hop-four', first, allow('*'))
  const Tags = [
    { Key: 'Cost', Value: '7' },
    { Key: 'Case', Value: 'x' },
  ]
  const session = sessionOf(await assume(erin, first, { Tags, TransitiveTagKeys: ['cost'] }))

  await sessionOf(await assume(session, second)).query('iam', 'ListUsers', {})
  await assert.rejects(sessionOf(await assume(session, third)).query('iam', 'ListUsers', {}), { code: 'AccessDenied' })
  await assert.rejects(assume(session, untaggable), { message: /sts:TagSession/ })
  await assert.rejects(assume(session, second, { Tags: [{ Key: 'COST', Value: '8' }] }), {
    code: 'InvalidParameterValue',
    message:
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  })
  await assert.rejects(assume(erin, first, { TransitiveTagKeys: ['Cost'] }), {
    code: 'InvalidParameterValue',
    message: 'The specified transitive tag key must be included in the requested tags.',
  })
  await assert.rejects(assume(erin, first, { Tags: [...Tags, { Key: 'cost', Value: '1' }] }), {
    code: 'InvalidParameterValue',
  })
})

test('a source identity is set once, shown, goes along and never changes', async () => {
  const frank = await user('frank', [])
  const naming = ['sts:AssumeRole', 'sts:SetSourceIdentity']
  const first = await makeRole('named-one', arn('user/frank'), allow(naming), naming, {
    StringLikeIfExists: { 'sts:SourceIdentity': 'frank*' },
  })
  const onlyFrank = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceIdentity': 'frank@x' } },
      },
    ],
  }
  const second = await makeRole('named-two', first, onlyFrank, naming)
  const unnamed = await makeRole('unnamed', first, onlyFrank)

  const answer = await assume(frank, first, { SourceIdentity: 'frank@x' })
  const session = sessionOf(answer)
  const chained = await assume(session, second)

  assert.equal(elementOf(answer, 'SourceIdentity'), 'frank@x')
  assert.equal(elementOf(chained, 'SourceIdentity'), 'frank@x')
  await sessionOf(chained).query('iam', 'ListUsers', {})
  await assume(session, second, { SourceIdentity: 'frank@x' })
  await assert.rejects(assume(session, second, { SourceIdentity: 'eve@x' }), { code: 'AccessDenied' })
  await assert.rejects(assume(session, unnamed), { message: /sts:SetSourceIdentity .* because no role trust policy/ })
  await assert.rejects(assume(frank, first, { SourceIdentity: 'eve@x' }), { code: 'AccessDenied' })
})

test('sessions from before a revocation are refused, those from after it are not', async () => {
  const gina = await user('gina', [])
  const role = await makeRole('revoked', arn('user/gina'), allow('iam:ListUsers'))
  const older = sessionOf(await assume(gina, role))
  await older.query('iam', 'ListUsers', {})

  // What the console of AWS puts for "Revoke sessions".
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'revoked',
    PolicyName: 'AWSRevokeOlderSessions',
    PolicyDocument: text({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: ['*'],
          Resource: ['*'],
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 1).toISOString() } },
        },
      ],
    }),
  })

  await assert.rejects(older.query('iam', 'ListUsers', {}), {
    message: /with an explicit deny in an identity-based policy/,
  })
  const younger = sessionOf(await assume(gina, role))
  await younger.query('iam', 'ListUsers', {})
})

test('a role trusts whom it named, under any name, and nobody who takes the name later', async () => {
  const helen = await user('helen', [])
  const role = await makeRole('loyal', arn('user/helen'), allow('iam:ListUsers'))
  const second = await makeRole('loyal-too', role, allow('iam:ListUsers'))
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'loyal',
    PolicyName: 'p',
    PolicyDocument: text(allow('sts:AssumeRole')),
  })
  const trustOf = async (RoleName: string) =>
    decodeURIComponent(elementOf(await root.query('iam', 'GetRole', { RoleName }), 'AssumeRolePolicyDocument') ?? '')

  await root.query('iam', 'UpdateUser', { UserName: 'helen', NewUserName: 'helena' })
  await assume(helen, role)
  assert.ok((await trustOf('loyal')).includes(arn('user/helena')))

  const key = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'helena' }), 'AccessKeyId') ?? ''
  await root.query('iam', 'DeleteAccessKey', { UserName: 'helena', AccessKeyId: key })
  await root.query('iam', 'DeleteUser', { UserName: 'helena' })
  const another = await user('helena', [])
  await assert.rejects(assume(another, role), { message: /because no role trust policy allows/ })
  assert.match(await trustOf('loyal'), /"AWS":"AIDA[A-Z2-7]{17}"/)

  await root.query('iam', 'DeleteRolePolicy', { RoleName: 'loyal', PolicyName: 'p' })
  await root.query('iam', 'DeleteRole', { RoleName: 'loyal' })
  const anew = await makeRole('loyal', arn('user/helena'), allow('sts:AssumeRole'))
  const session = sessionOf(await assume(another, anew))
  await assert.rejects(assume(session, second), { message: /because no role trust policy allows/ })
})
