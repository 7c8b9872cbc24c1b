import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user } = await given({ after })
const arn = (path: string) => `arn:aws:iam::123456789012:user/${path}`

test('a user is made, found in any case, renamed and deleted', async () => {
  const tags = [{ Key: 'Team', Value: 'Web: a/b = 1' }]

  const made = await root.query('iam', 'CreateUser', { UserName: 'Alice', Path: '/web/', Tags: tags })
  assert.equal(elementOf(made, 'Arn'), arn('web/Alice'))
  assert.match(elementOf(made, 'UserId') ?? '', /^AIDA[A-Z2-7]{17}$/)

  await root.query('iam', 'UpdateUser', { UserName: 'alice', NewUserName: 'anna', NewPath: '/' })
  const found = await root.query('iam', 'GetUser', { UserName: 'ANNA' })
  assert.equal(elementOf(found, 'Arn'), arn('anna'))
  assert.equal(elementOf(found, 'UserId'), elementOf(made, 'UserId'))
  assert.equal(elementOf(found, 'Value'), 'Web: a/b = 1')

  await root.query('iam', 'DeleteUser', { UserName: 'anna' })
  await assert.rejects(root.query('iam', 'GetUser', { UserName: 'anna' }), {
    code: 'NoSuchEntity',
    status: 404,
    message: 'The user with name anna cannot be found.',
  })
})

test('a name and a path that are given at once are both the user’s', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'twofold' })

  const [named] = await Promise.allSettled([
    root.query('iam', 'UpdateUser', { UserName: 'twofold', NewUserName: 'Twofold' }),
    root.query('iam', 'UpdateUser', { UserName: 'twofold', NewPath: '/ops/' }),
    root.query('iam', 'UpdateUser', { UserName: 'twofold' }),
  ])

  assert.equal(named.status, 'fulfilled')
  assert.equal(elementOf(await root.query('iam', 'GetUser', { UserName: 'twofold' }), 'Arn'), arn('ops/Twofold'))
})

test('a rename is decided on the path that the user keeps', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'dora', Path: '/dev/' })
  const renamer = await user('renamer', [allow('iam:UpdateUser', [arn('dev/dora'), arn('dev/dorothy')])])
  const warned = await user('warned', [allow('iam:UpdateUser'), deny('iam:UpdateUser', arn('dev/dot'))])

  await assert.rejects(warned.query('iam', 'UpdateUser', { UserName: 'dora', NewUserName: 'dot' }), {
    code: 'AccessDenied',
  })
  await renamer.query('iam', 'UpdateUser', { UserName: 'dora', NewUserName: 'dorothy' })

  assert.equal(elementOf(await root.query('iam', 'GetUser', { UserName: 'dorothy' }), 'Arn'), arn('dev/dorothy'))
})

test('a name that is taken is refused with 409', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'taken' })

  await assert.rejects(root.query('iam', 'CreateUser', { UserName: 'TAKEN' }), {
    code: 'EntityAlreadyExists',
    status: 409,
    message: 'User with name TAKEN already exists.',
  })
})

test('users are listed page by page', async () => {
  for (const UserName of ['c', 'a', 'b']) await root.query('iam', 'CreateUser', { UserName, Path: '/p/' })
  await root.query('iam', 'CreateUser', { UserName: 'd' })

  const first = await root.query('iam', 'ListUsers', { PathPrefix: '/p/', MaxItems: 2 })
  const Marker = elementOf(first, 'Marker')
  const second = await root.query('iam', 'ListUsers', { PathPrefix: '/p/', MaxItems: 2, Marker })

  assert.deepEqual([...elementsOf(first, 'UserName'), ...elementsOf(second, 'UserName')], ['a', 'b', 'c'])
  assert.equal(elementOf(first, 'IsTruncated'), 'true')
  assert.equal(elementOf(second, 'IsTruncated'), 'false')
})

test('a user is not deleted while something hangs on it', async () => {
  await user('bob', [allow('ssm:*')])
  const conflict = (what: string) => ({
    code: 'DeleteConflict',
    status: 409,
    message: `Cannot delete entity, ${what} first.`,
  })

  await assert.rejects(root.query('iam', 'DeleteUser', { UserName: 'bob' }), conflict('must delete access keys'))
  const keys = await root.query('iam', 'ListAccessKeys', { UserName: 'bob' })
  await root.query('iam', 'DeleteAccessKey', { UserName: 'bob', AccessKeyId: elementOf(keys, 'AccessKeyId') ?? '' })
  await assert.rejects(root.query('iam', 'DeleteUser', { UserName: 'bob' }), conflict('must delete policies'))
})

test('a user asks who it is without a name, if it may', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, for IAM to fill in
  const own = allow('iam:GetUser', arn('${aws:username}'))
  const reader = await user('reader', [own])

  assert.equal(elementOf(await reader.query('iam', 'GetUser', {}), 'UserName'), 'reader')
  assert.equal(elementOf(await root.query('iam', 'GetUser', {}), 'Arn'), 'arn:aws:iam::123456789012:root')
  await assert.rejects(reader.query('iam', 'GetUser', { UserName: 'bob' }), { code: 'AccessDenied', status: 403 })
})

test('a policy on a path holds for the users under it, who are named without it', async () => {
  const clerk = await user('clerk', [allow('iam:*'), deny('iam:*', arn('admins/*'))])
  await root.query('iam', 'CreateUser', { UserName: 'chief', Path: '/admins/' })

  await assert.rejects(clerk.query('iam', 'DeleteUser', { UserName: 'chief' }), {
    code: 'AccessDenied',
    message: `User: ${arn('clerk')} is not authorized to perform: iam:DeleteUser on resource: ${arn('chief')} with an explicit deny in an identity-based policy`,
  })
  await assert.rejects(clerk.query('iam', 'CreateUser', { UserName: 'other', Path: '/admins/' }), {
    code: 'AccessDenied',
  })
})

test('a refused caller is not told whether the user exists', async () => {
  const nobody = await user('powerless', [])
  await root.query('iam', 'CreateUser', { UserName: 'agent', Path: '/secret/' })
  const messageFor = async (UserName: string) =>
    nobody.query('iam', 'GetUser', { UserName }).then(
      () => 'allowed',
      (error: Error) => error.message.replaceAll(UserName, 'NAME'),
    )

  assert.equal(await messageFor('agent'), await messageFor('absent'))
})

test('tags of a user can be changed and listed, and tell users apart in policies', async () => {
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
  const reader = await user('tag-reader', [tagged])
  for (const UserName of ['dora', 'carol']) await root.query('iam', 'CreateUser', { UserName })
  await root.query('iam', 'TagUser', {
    UserName: 'bob',
    Tags: [
      { Key: 'Team', Value: 'Db' },
      { Key: 'x', Value: '' },
    ],
  })
  await root.query('iam', 'TagUser', { UserName: 'dora', Tags: [{ Key: 'team', Value: 'Web' }] })
  await root.query('iam', 'UntagUser', { UserName: 'dora', TagKeys: ['X', 'none'] })

  const tags = await root.query('iam', 'ListUserTags', { UserName: 'dora' })
  assert.deepEqual([elementsOf(tags, 'Key'), elementsOf(tags, 'Value')], [['team'], ['Web']])
  assert.equal(elementOf(await reader.query('iam', 'GetUser', { UserName: 'dora' }), 'UserName'), 'dora')
  await assert.rejects(reader.query('iam', 'GetUser', { UserName: 'carol' }), { code: 'AccessDenied' })
})

test('a policy on a path of users allows to list them, and no others', async () => {
  const lister = await user('lister', [allow('iam:ListUsers', arn('listed/*'))])
  const anyIam = await user('any-iam', [allow('iam:List*', 'arn:aws:iam::*:*')])

  await lister.query('iam', 'ListUsers', { PathPrefix: '/listed/' })
  for (const operation of ['ListUsers', 'ListGroups', 'ListRoles', 'ListPolicies', 'ListInstanceProfiles'] as const) {
    await anyIam.query('iam', operation, {})
  }
  await assert.rejects(lister.query('iam', 'ListUsers', {}), {
    code: 'AccessDenied',
    message: `User: ${arn('lister')} is not authorized to perform: iam:ListUsers on resource: ${arn('')} because no identity-based policy allows the iam:ListUsers action`,
  })
})
