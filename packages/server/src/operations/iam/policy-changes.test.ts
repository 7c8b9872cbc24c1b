import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

// One server for all: each change takes a right away and gives it back, or the other way round.
const { root, user, client } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const text = (policy: object) => JSON.stringify(policy)
const yes = text(allow('iam:ListUsers'))
const no = text(deny('iam:ListUsers'))

const alice = await user('alice', [])
const tagged = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/may': 'yes' } },
    },
  ],
}
const trustOf = (principal: string) =>
  text({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
  })
for (const [PolicyName, PolicyDocument] of [
  ['can', yes],
  ['switched', yes],
  ['nothing', text(allow('ssm:*'))],
] as const) {
  await root.query('iam', 'CreatePolicy', { PolicyName, PolicyDocument })
}
await root.query('iam', 'CreateGroup', { GroupName: 'group' })
await root.query('iam', 'CreateRole', { RoleName: 'role', AssumeRolePolicyDocument: trustOf(arn('user/alice')) })
const assumed = await alice.query('sts', 'AssumeRole', { RoleArn: arn('role/role'), RoleSessionName: 'one' })
const session = client({
  accessKeyId: elementOf(assumed, 'AccessKeyId') ?? '',
  secretAccessKey: elementOf(assumed, 'SecretAccessKey') ?? '',
  sessionToken: elementOf(assumed, 'SessionToken'),
})

const ofAlice = { UserName: 'alice' }
const ofGroup = { GroupName: 'group' }
const ofRole = { RoleName: 'role' }
const can = { PolicyArn: arn('policy/can') }
const switched = { PolicyArn: arn('policy/switched') }
const inline = (PolicyDocument: string) => ({ PolicyName: 'inline', PolicyDocument })

/** Changes in order; after each, whether the caller may. */
const courses: Readonly<Record<string, { caller: ApiClient; steps: readonly (readonly [string, object, boolean])[] }>> =
  {
    'a policy in a user': {
      caller: alice,
      steps: [
        ['PutUserPolicy', { ...ofAlice, ...inline(yes) }, true],
        ['PutUserPolicy', { ...ofAlice, ...inline(no) }, false],
        ['PutUserPolicy', { ...ofAlice, ...inline(yes) }, true],
        ['DeleteUserPolicy', { ...ofAlice, PolicyName: 'inline' }, false],
      ],
    },
    'a policy attached to a user': {
      caller: alice,
      steps: [
        ['AttachUserPolicy', { ...ofAlice, ...can }, true],
        ['DetachUserPolicy', { ...ofAlice, ...can }, false],
      ],
    },
    'a group and its policies': {
      caller: alice,
      steps: [
        ['AddUserToGroup', { ...ofAlice, ...ofGroup }, false],
        ['PutGroupPolicy', { ...ofGroup, ...inline(yes) }, true],
        ['DeleteGroupPolicy', { ...ofGroup, PolicyName: 'inline' }, false],
        ['AttachGroupPolicy', { ...ofGroup, ...can }, true],
        ['RemoveUserFromGroup', { ...ofAlice, ...ofGroup }, false],
        ['AddUserToGroup', { ...ofAlice, ...ofGroup }, true],
        ['DetachGroupPolicy', { ...ofGroup, ...can }, false],
      ],
    },
    'the version of a policy in force': {
      caller: alice,
      steps: [
        ['AttachUserPolicy', { ...ofAlice, ...switched }, true],
        ['CreatePolicyVersion', { ...switched, PolicyDocument: no, SetAsDefault: true }, false],
        ['SetDefaultPolicyVersion', { ...switched, VersionId: 'v1' }, true],
        ['DetachUserPolicy', { ...ofAlice, ...switched }, false],
      ],
    },
    'the boundary of a user': {
      caller: alice,
      steps: [
        ['PutUserPolicy', { ...ofAlice, ...inline(yes) }, true],
        ['PutUserPermissionsBoundary', { ...ofAlice, PermissionsBoundary: arn('policy/nothing') }, false],
        ['PutUserPermissionsBoundary', { ...ofAlice, PermissionsBoundary: arn('policy/can') }, true],
        ['DeleteUserPermissionsBoundary', ofAlice, true],
        ['DeleteUserPolicy', { ...ofAlice, PolicyName: 'inline' }, false],
      ],
    },
    'the tags of a user': {
      caller: alice,
      steps: [
        ['PutUserPolicy', { ...ofAlice, ...inline(text(tagged)) }, false],
        ['TagUser', { ...ofAlice, Tags: [{ Key: 'May', Value: 'yes' }] }, true],
        ['UntagUser', { ...ofAlice, TagKeys: ['may'] }, false],
      ],
    },
    'the policies and the boundary of a role, for a session that has begun': {
      caller: session,
      steps: [
        ['PutRolePolicy', { ...ofRole, ...inline(yes) }, true],
        ['PutRolePermissionsBoundary', { ...ofRole, PermissionsBoundary: arn('policy/nothing') }, false],
        ['DeleteRolePermissionsBoundary', ofRole, true],
        ['DeleteRolePolicy', { ...ofRole, PolicyName: 'inline' }, false],
        ['AttachRolePolicy', { ...ofRole, ...can }, true],
        ['DetachRolePolicy', { ...ofRole, ...can }, false],
      ],
    },
  }

for (const [what, { caller, steps }] of Object.entries(courses)) {
  test(`a change of ${what} counts on the next request`, async () => {
    for (const [index, [operation, input, may]] of steps.entries()) {
      await root.query('iam', operation as 'TagUser', input as never)

      const answer = await caller.query('iam', 'ListUsers', {}).then(
        () => true,
        () => false,
      )

      assert.equal(answer, may, `after step ${index}, ${operation}`)
    }
  })
}

test('a change of whom a role trusts counts on the next request', async () => {
  const assume = () =>
    alice.query('sts', 'AssumeRole', { RoleArn: arn('role/role'), RoleSessionName: 'one' }).then(
      () => true,
      () => false,
    )

  assert.equal(await assume(), true)
  await root.query('iam', 'UpdateAssumeRolePolicy', { ...ofRole, PolicyDocument: trustOf(arn('role/role')) })
  assert.equal(await assume(), false)
  await root.query('iam', 'UpdateAssumeRolePolicy', { ...ofRole, PolicyDocument: trustOf(arn('user/alice')) })
  assert.equal(await assume(), true)
})

test('who makes something with tags has to be allowed to tag it', async () => {
  const maker = await user('maker', [allow(['iam:CreateUser', 'iam:CreateRole', 'iam:CreateInstanceProfile'])])
  const Tags = [{ Key: 'a', Value: 'b' }]

  await maker.query('iam', 'CreateUser', { UserName: 'plain' })
  await assert.rejects(maker.query('iam', 'CreateUser', { UserName: 'tagged', Tags }), {
    code: 'AccessDenied',
    message: `User: ${arn('user/maker')} is not authorized to perform: iam:TagUser on resource: ${arn('user/tagged')} because no identity-based policy allows the iam:TagUser action`,
  })
  const role = { RoleName: 'tagged', AssumeRolePolicyDocument: trustOf(arn('user/alice')), Tags }
  await assert.rejects(maker.query('iam', 'CreateRole', role), { message: /iam:TagRole/ })
  const profile = { InstanceProfileName: 'tagged', Tags }
  await assert.rejects(maker.query('iam', 'CreateInstanceProfile', profile), { message: /iam:TagInstanceProfile/ })
})
