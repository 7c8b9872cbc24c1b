import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root } = await given({ after })
const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })
const AssumeRolePolicyDocument = trust('ssm.amazonaws.com')

test('a role is made, described, given other trust and deleted', async () => {
  const input = { RoleName: 'Nodes', Path: '/service-role/', Description: 'for nodes', AssumeRolePolicyDocument }

  const made = await root.query('iam', 'CreateRole', input)
  assert.equal(elementOf(made, 'Arn'), 'arn:aws:iam::123456789012:role/service-role/Nodes')
  assert.match(elementOf(made, 'RoleId') ?? '', /^AROA[A-Z2-7]{17}$/)
  assert.equal(elementOf(made, 'MaxSessionDuration'), '3600')
  assert.equal(decodeURIComponent(elementOf(made, 'AssumeRolePolicyDocument') ?? ''), AssumeRolePolicyDocument)

  await root.query('iam', 'UpdateRole', { RoleName: 'nodes', MaxSessionDuration: 7200 })
  const PolicyDocument = trust('ec2.amazonaws.com')
  await root.query('iam', 'UpdateAssumeRolePolicy', { RoleName: 'nodes', PolicyDocument })
  const found = await root.query('iam', 'GetRole', { RoleName: 'nodes' })
  assert.equal(elementOf(found, 'Description'), 'for nodes')
  assert.equal(elementOf(found, 'MaxSessionDuration'), '7200')
  assert.equal(decodeURIComponent(elementOf(found, 'AssumeRolePolicyDocument') ?? ''), PolicyDocument)
  assert.deepEqual(elementsOf(await root.query('iam', 'ListRoles', { PathPrefix: '/service-role/' }), 'RoleName'), [
    'Nodes',
  ])

  await root.query('iam', 'DeleteRole', { RoleName: 'Nodes' })
  await assert.rejects(root.query('iam', 'GetRole', { RoleName: 'Nodes' }), {
    code: 'NoSuchEntity',
    message: 'The role with name Nodes cannot be found.',
  })
})

test('a trust policy that is none is refused and leaves no role behind', async () => {
  const identityPolicy = JSON.stringify(allow('ssm:*'))
  const long = trust(`${'x'.repeat(2100)}.amazonaws.com`)

  await assert.rejects(root.query('iam', 'CreateRole', { RoleName: 'bad', AssumeRolePolicyDocument: '{}' }), {
    code: 'MalformedPolicyDocument',
  })
  await assert.rejects(root.query('iam', 'CreateRole', { RoleName: 'bad', AssumeRolePolicyDocument: identityPolicy }), {
    code: 'MalformedPolicyDocument',
  })
  await assert.rejects(root.query('iam', 'CreateRole', { RoleName: 'bad', AssumeRolePolicyDocument: long }), {
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for ACLSizePerRole: 2048',
  })

  await assert.rejects(root.query('iam', 'GetRole', { RoleName: 'bad' }), { code: 'NoSuchEntity' })
})

test('a trust policy names users and roles that are there, so that nobody gets a role by taking a name', async () => {
  const naming = (AWS: string | readonly string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
    })
  const put = (AWS: string | readonly string[]) =>
    root.query('iam', 'UpdateAssumeRolePolicy', { RoleName: 'vault', PolicyDocument: naming(AWS) })
  const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
  await root.query('iam', 'CreateUser', { UserName: 'keeper', Path: '/ops/' })
  await root.query('iam', 'CreateRole', { RoleName: 'vault', AssumeRolePolicyDocument: naming('123456789012') })

  for (const missing of [arn('user/nobody'), arn('user/keeper'), arn('user/ops/Keeper'), arn('role/nothing')]) {
    const refused = { code: 'MalformedPolicyDocument', message: `Invalid principal in policy: "AWS":"${missing}"` }
    await assert.rejects(put(missing), refused)
    await assert.rejects(put(['123456789012', missing]), refused)
    await assert.rejects(
      root.query('iam', 'CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: naming(missing) }),
      refused,
    )
  }
  const elsewhere = 'arn:aws:iam::210987654321:user/nobody'
  for (const there of [arn('user/ops/keeper'), arn('role/vault'), arn('root'), '*', elsewhere]) await put(there)
})

test('inline policies of a role are put, replaced, listed, shown as written and deleted', async () => {
  await root.query('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument })
  const PolicyDocument = JSON.stringify(allow('s3:Get*', "arn:aws:s3:::b/it's*"), null, 2)

  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'r',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify(allow('*')),
  })
  await root.query('iam', 'PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument })
  const listed = await root.query('iam', 'ListRolePolicies', { RoleName: 'r' })
  const shown = await root.query('iam', 'GetRolePolicy', { RoleName: 'r', PolicyName: 'p' })
  assert.equal(elementOf(listed, 'member'), 'p')
  assert.equal(decodeURIComponent(elementOf(shown, 'PolicyDocument') ?? ''), PolicyDocument)
  await assert.rejects(root.query('iam', 'DeleteRole', { RoleName: 'r' }), {
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must delete policies first.',
  })

  await root.query('iam', 'DeleteRolePolicy', { RoleName: 'r', PolicyName: 'p' })
  await assert.rejects(root.query('iam', 'GetRolePolicy', { RoleName: 'r', PolicyName: 'p' }), {
    code: 'NoSuchEntity',
    message: 'The role policy with name p cannot be found.',
  })
})

test("a user's inline policies share one quota, a role's another", async () => {
  await root.query('iam', 'CreateUser', { UserName: 'bob' })
  await root.query('iam', 'CreateRole', { RoleName: 'roomy', AssumeRolePolicyDocument })
  const PolicyDocument = JSON.stringify(allow(`ssm:${'x'.repeat(1200)}`), null, 20)

  await root.query('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'one', PolicyDocument })
  await root.query('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'one', PolicyDocument })
  await assert.rejects(root.query('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'two', PolicyDocument }), {
    code: 'LimitExceeded',
    message: 'Maximum policy size of 2048 bytes exceeded for user bob',
  })
  for (const PolicyName of ['one', 'two', 'three']) {
    await root.query('iam', 'PutRolePolicy', { RoleName: 'roomy', PolicyName, PolicyDocument })
  }
})
