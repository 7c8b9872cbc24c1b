import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, deny, given, type PolicyText } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user, client } = await given({ after })
const arnOf = (resource: string) => `arn:aws:iam::123456789012:${resource}`

async function makePolicy(PolicyName: string, policy: PolicyText): Promise<string> {
  await root.query('iam', 'CreatePolicy', { PolicyName, PolicyDocument: JSON.stringify(policy) })
  return arnOf(`policy/${PolicyName}`)
}

test('a boundary holds from the next request on, and allows nothing by itself', async () => {
  const listUsers = await makePolicy('list-users', allow('iam:ListUsers'))
  const alice = await user('alice', [allow(['iam:ListUsers', 'iam:ListRoles'])])
  const bob = await user('bob', [])
  await alice.query('iam', 'ListRoles', {})

  for (const UserName of ['alice', 'bob']) {
    await root.query('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary: listUsers })
  }

  await alice.query('iam', 'ListUsers', {})
  await assert.rejects(alice.query('iam', 'ListRoles', {}), {
    code: 'AccessDenied',
    message: `User: ${arnOf('user/alice')} is not authorized to perform: iam:ListRoles on resource: ${arnOf('role/')} because no permissions boundary allows the iam:ListRoles action`,
  })
  await assert.rejects(bob.query('iam', 'ListUsers', {}), {
    message: `User: ${arnOf('user/bob')} is not authorized to perform: iam:ListUsers on resource: ${arnOf('user/')} because no identity-based policy allows the iam:ListUsers action`,
  })
  await root.query('iam', 'CreatePolicyVersion', {
    PolicyArn: listUsers,
    PolicyDocument: JSON.stringify(deny('iam:ListUsers')),
    SetAsDefault: true,
  })
  await assert.rejects(alice.query('iam', 'ListUsers', {}), {
    message: `User: ${arnOf('user/alice')} is not authorized to perform: iam:ListUsers on resource: ${arnOf('user/')} with an explicit deny in a permissions boundary`,
  })
  await root.query('iam', 'DeleteUserPermissionsBoundary', { UserName: 'alice' })
  await alice.query('iam', 'ListRoles', {})
})

test('a boundary given at the beginning is shown and holds for the sessions of a role', async () => {
  const boundary = await makePolicy('of-role', allow('iam:ListUsers'))
  const carol = await user('carol', [allow('sts:AssumeRole')])
  const statement = { Effect: 'Allow', Principal: { AWS: arnOf('user/carol') }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const made = await root.query('iam', 'CreateRole', {
    RoleName: 'bounded',
    AssumeRolePolicyDocument,
    PermissionsBoundary: boundary,
  })
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'bounded',
    PolicyName: 'all',
    PolicyDocument: JSON.stringify(allow('iam:*')),
  })

  const answer = await carol.query('sts', 'AssumeRole', { RoleArn: arnOf('role/bounded'), RoleSessionName: 'one' })
  const session = client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })

  assert.equal(elementOf(made, 'PermissionsBoundaryArn'), boundary)
  const shown = await root.query('iam', 'GetRole', { RoleName: 'bounded' })
  assert.equal(elementOf(shown, 'PermissionsBoundaryArn'), boundary)
  await session.query('iam', 'ListUsers', {})
  await assert.rejects(session.query('iam', 'ListRoles', {}), { message: /because no permissions boundary allows/ })
  await root.query('iam', 'DeleteRolePermissionsBoundary', { RoleName: 'bounded' })
  await session.query('iam', 'ListRoles', {})
})

test('a policy that is a boundary is counted, found by its use, and not deleted', async () => {
  const boundary = await makePolicy('used', allow('*'))
  await root.query('iam', 'CreateUser', { UserName: 'dave', PermissionsBoundary: boundary })
  const entities = async (filter: object) =>
    elementsOf(await root.query('iam', 'ListEntitiesForPolicy', { PolicyArn: boundary, ...filter }), 'UserName')

  const policy = await root.query('iam', 'GetPolicy', { PolicyArn: boundary })
  assert.equal(elementOf(policy, 'PermissionsBoundaryUsageCount'), '1')
  assert.equal(elementOf(policy, 'AttachmentCount'), '0')
  assert.deepEqual(await entities({}), ['dave'])
  assert.deepEqual(await entities({ PolicyUsageFilter: 'PermissionsBoundary' }), ['dave'])
  assert.deepEqual(await entities({ PolicyUsageFilter: 'PermissionsPolicy' }), [])
  const listed = await root.query('iam', 'ListPolicies', { PolicyUsageFilter: 'PermissionsBoundary' })
  assert.ok(elementsOf(listed, 'PolicyName').includes('used'))
  assert.ok(!elementsOf(listed, 'PolicyName').includes('ReadOnlyAccess'))
  await assert.rejects(root.query('iam', 'DeletePolicy', { PolicyArn: boundary }), {
    code: 'DeleteConflict',
    message: 'Cannot delete a policy attached to entities.',
  })
})

test('a boundary is a managed policy that is there', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'erin' })
  const put = (PermissionsBoundary: string) =>
    root.query('iam', 'PutUserPermissionsBoundary', { UserName: 'erin', PermissionsBoundary })

  await assert.rejects(put(arnOf('policy/none')), {
    code: 'NoSuchEntity',
    message: `Scope ARN: ${arnOf('policy/none')} does not exist or is not attachable.`,
  })
  await assert.rejects(put(arnOf('role/some')), { code: 'InvalidInput' })
  await assert.rejects(
    root.query('iam', 'CreateUser', { UserName: 'frank', PermissionsBoundary: arnOf('policy/none') }),
    { code: 'NoSuchEntity' },
  )
  await assert.rejects(root.query('iam', 'GetUser', { UserName: 'frank' }), { code: 'NoSuchEntity' })
})

test('who may only make and change users under one boundary does nothing without it', async () => {
  const boundary = await makePolicy('for-delegates', allow('ssm:*'))
  const underIt = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:PutUserPermissionsBoundary'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
      },
    ],
  }
  const delegate = await user('delegate', [underIt])
  await root.query('iam', 'CreateUser', { UserName: 'free' })
  const PolicyDocument = JSON.stringify(allow('*'))

  await delegate.query('iam', 'CreateUser', { UserName: 'grace', PermissionsBoundary: boundary })
  await delegate.query('iam', 'PutUserPolicy', { UserName: 'grace', PolicyName: 'p', PolicyDocument })

  const denied = { code: 'AccessDenied' }
  await assert.rejects(delegate.query('iam', 'CreateUser', { UserName: 'heidi' }), denied)
  await assert.rejects(
    delegate.query('iam', 'PutUserPolicy', { UserName: 'free', PolicyName: 'p', PolicyDocument }),
    denied,
  )
  const wide = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await assert.rejects(
    delegate.query('iam', 'PutUserPermissionsBoundary', { UserName: 'grace', PermissionsBoundary: wide }),
    denied,
  )
})
