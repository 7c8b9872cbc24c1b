import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

const arn = (path: string) => `arn:aws:iam::123456789012:user/${path}`

test('a user is made, found in any case, renamed and deleted', async (t) => {
  const { caller } = await given(t)
  const tags = [{ Key: 'Team', Value: 'Web: a/b = 1' }]

  const made = await caller.query('iam', 'CreateUser', { UserName: 'Alice', Path: '/web/', Tags: tags })
  assert.equal(elementOf(made, 'Arn'), arn('web/Alice'))
  assert.match(elementOf(made, 'UserId') ?? '', /^AIDA[A-Z2-7]{17}$/)

  await caller.query('iam', 'UpdateUser', { UserName: 'alice', NewUserName: 'anna', NewPath: '/' })
  const found = await caller.query('iam', 'GetUser', { UserName: 'ANNA' })
  assert.equal(elementOf(found, 'Arn'), arn('anna'))
  assert.equal(elementOf(found, 'UserId'), elementOf(made, 'UserId'))
  assert.equal(elementOf(found, 'Value'), 'Web: a/b = 1')

  await caller.query('iam', 'DeleteUser', { UserName: 'anna' })
  await assert.rejects(caller.query('iam', 'GetUser', { UserName: 'anna' }), {
    code: 'NoSuchEntity',
    status: 404,
    message: 'The user with name anna cannot be found.',
  })
})

test('a name that is taken is refused with 409', async (t) => {
  const { caller } = await given(t)
  await caller.query('iam', 'CreateUser', { UserName: 'alice' })

  await assert.rejects(caller.query('iam', 'CreateUser', { UserName: 'ALICE' }), {
    code: 'EntityAlreadyExists',
    status: 409,
    message: 'User with name ALICE already exists.',
  })
})

test('users are listed page by page', async (t) => {
  const { caller } = await given(t)
  for (const UserName of ['c', 'a', 'b']) await caller.query('iam', 'CreateUser', { UserName, Path: '/p/' })
  await caller.query('iam', 'CreateUser', { UserName: 'd' })

  const first = await caller.query('iam', 'ListUsers', { PathPrefix: '/p/', MaxItems: 2 })
  const Marker = elementOf(first, 'Marker')
  const second = await caller.query('iam', 'ListUsers', { PathPrefix: '/p/', MaxItems: 2, Marker })

  assert.deepEqual([...elementsOf(first, 'UserName'), ...elementsOf(second, 'UserName')], ['a', 'b', 'c'])
  assert.equal(elementOf(first, 'IsTruncated'), 'true')
  assert.equal(elementOf(second, 'IsTruncated'), 'false')
})

test('a user is not deleted while something hangs on it', async (t) => {
  const { caller, user } = await given(t)
  await user('bob', [allow('ssm:*')])
  const conflict = (what: string) => ({
    code: 'DeleteConflict',
    status: 409,
    message: `Cannot delete entity, ${what} first.`,
  })

  await assert.rejects(caller.query('iam', 'DeleteUser', { UserName: 'bob' }), conflict('must delete access keys'))
  const keys = await caller.query('iam', 'ListAccessKeys', { UserName: 'bob' })
  await caller.query('iam', 'DeleteAccessKey', { UserName: 'bob', AccessKeyId: elementOf(keys, 'AccessKeyId') ?? '' })
  await assert.rejects(caller.query('iam', 'DeleteUser', { UserName: 'bob' }), conflict('must delete policies'))
})

test('a user asks who it is without a name, if it may', async (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, for IAM to fill in
  const own = allow('iam:GetUser', arn('${aws:username}'))
  const { caller, root } = await given(t, { policies: [own] })

  assert.equal(elementOf(await caller.query('iam', 'GetUser', {}), 'UserName'), 'alice')
  assert.equal(elementOf(await root.query('iam', 'GetUser', {}), 'Arn'), 'arn:aws:iam::123456789012:root')
  await assert.rejects(caller.query('iam', 'GetUser', { UserName: 'bob' }), { code: 'AccessDenied', status: 403 })
})

test('a policy on a path holds for the users under it, who are named without it', async (t) => {
  const { caller, root } = await given(t, { policies: [allow('iam:*'), deny('iam:*', arn('admins/*'))] })
  await root.query('iam', 'CreateUser', { UserName: 'chief', Path: '/admins/' })

  await assert.rejects(caller.query('iam', 'DeleteUser', { UserName: 'chief' }), {
    code: 'AccessDenied',
    message: `User: ${arn('alice')} is not authorized to perform: iam:DeleteUser on resource: ${arn('chief')} with an explicit deny in an identity-based policy`,
  })
  await assert.rejects(caller.query('iam', 'CreateUser', { UserName: 'other', Path: '/admins/' }), {
    code: 'AccessDenied',
  })
})

test('a refused caller is not told whether the user exists', async (t) => {
  const { caller, root } = await given(t, { policies: [] })
  await root.query('iam', 'CreateUser', { UserName: 'bob', Path: '/secret/' })
  const messageFor = async (UserName: string) =>
    caller.query('iam', 'GetUser', { UserName }).then(
      () => 'allowed',
      (error: Error) => error.message.replaceAll(UserName, 'NAME'),
    )

  assert.equal(await messageFor('bob'), await messageFor('nobody'))
})

test('tags of a user can be changed and listed, and tell users apart in policies', async (t) => {
  const tagged = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:GetUser',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/Team': 'Web' } },
      },
    ],
  }
  const { caller, root } = await given(t, { policies: [tagged] })
  for (const UserName of ['bob', 'carol']) await root.query('iam', 'CreateUser', { UserName })
  await root.query('iam', 'TagUser', {
    UserName: 'bob',
    Tags: [
      { Key: 'Team', Value: 'Db' },
      { Key: 'x', Value: '' },
    ],
  })
  await root.query('iam', 'TagUser', { UserName: 'bob', Tags: [{ Key: 'team', Value: 'Web' }] })
  await root.query('iam', 'UntagUser', { UserName: 'bob', TagKeys: ['X', 'none'] })

  const tags = await root.query('iam', 'ListUserTags', { UserName: 'bob' })
  assert.deepEqual([elementsOf(tags, 'Key'), elementsOf(tags, 'Value')], [['team'], ['Web']])
  assert.equal(elementOf(await caller.query('iam', 'GetUser', { UserName: 'bob' }), 'UserName'), 'bob')
  await assert.rejects(caller.query('iam', 'GetUser', { UserName: 'carol' }), { code: 'AccessDenied' })
})

test('a permissions boundary is refused rather than ignored', async (t) => {
  const { caller } = await given(t)
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

  await assert.rejects(caller.query('iam', 'CreateUser', { UserName: 'bob', PermissionsBoundary }), {
    code: 'InvalidInput',
  })

  await assert.rejects(caller.query('iam', 'GetUser', { UserName: 'bob' }), { code: 'NoSuchEntity' })
})
