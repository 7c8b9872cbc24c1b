import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const text = (policy: object) => JSON.stringify(policy)

test('a group is made, found in any case, renamed with its users and deleted', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'gina' })
  const made = await root.query('iam', 'CreateGroup', { GroupName: 'Admins', Path: '/x/' })
  await root.query('iam', 'AddUserToGroup', { GroupName: 'admins', UserName: 'GINA' })
  await root.query('iam', 'AddUserToGroup', { GroupName: 'admins', UserName: 'gina' })

  await root.query('iam', 'UpdateGroup', { GroupName: 'ADMINS', NewGroupName: 'ops', NewPath: '/' })
  const found = await root.query('iam', 'GetGroup', { GroupName: 'OPS' })

  assert.equal(elementOf(made, 'Arn'), arn('group/x/Admins'))
  assert.match(elementOf(made, 'GroupId') ?? '', /^AGPA[A-Z2-7]{17}$/)
  assert.deepEqual(elementsOf(found, 'Arn'), [arn('group/ops'), arn('user/gina')])
  assert.equal(elementOf(found, 'GroupId'), elementOf(made, 'GroupId'))
  const ofUser = await root.query('iam', 'ListGroupsForUser', { UserName: 'gina' })
  assert.deepEqual(elementsOf(ofUser, 'GroupName'), ['ops'])
  const conflict = { code: 'DeleteConflict', message: 'Cannot delete entity, must remove users from group first.' }
  await assert.rejects(root.query('iam', 'DeleteGroup', { GroupName: 'ops' }), conflict)
  await assert.rejects(root.query('iam', 'DeleteUser', { UserName: 'gina' }), conflict)
  await root.query('iam', 'RemoveUserFromGroup', { GroupName: 'ops', UserName: 'gina' })
  await root.query('iam', 'RemoveUserFromGroup', { GroupName: 'ops', UserName: 'gina' })
  await root.query('iam', 'DeleteGroup', { GroupName: 'ops' })
  await assert.rejects(root.query('iam', 'GetGroup', { GroupName: 'ops' }), {
    code: 'NoSuchEntity',
    status: 404,
    message: 'The group with name ops cannot be found.',
  })
})

test('what a group may, its users may from the next request on, and no longer than they are in it', async () => {
  const alice = await user('alice', [])
  await root.query('iam', 'CreateGroup', { GroupName: 'readers' })
  const may = () =>
    alice.query('iam', 'ListUsers', {}).then(
      () => true,
      (error: Error) => error.message.replace(/.*(because|with) /, ''),
    )
  const silent = 'no identity-based policy allows the iam:ListUsers action'

  await root.query('iam', 'PutGroupPolicy', {
    GroupName: 'readers',
    PolicyName: 'read',
    PolicyDocument: text(allow('iam:ListUsers')),
  })
  assert.equal(await may(), silent)
  await root.query('iam', 'AddUserToGroup', { GroupName: 'readers', UserName: 'alice' })
  assert.equal(await may(), true)
  await root.query('iam', 'DeleteGroupPolicy', { GroupName: 'readers', PolicyName: 'read' })
  assert.equal(await may(), silent)
  await root.query('iam', 'AttachGroupPolicy', {
    GroupName: 'readers',
    PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
  })
  assert.equal(await may(), true)
  await root.query('iam', 'PutUserPolicy', {
    UserName: 'alice',
    PolicyName: 'no',
    PolicyDocument: text(deny('iam:ListUsers')),
  })
  assert.equal(await may(), 'an explicit deny in an identity-based policy')
  await root.query('iam', 'DeleteUserPolicy', { UserName: 'alice', PolicyName: 'no' })
  await root.query('iam', 'RemoveUserFromGroup', { GroupName: 'readers', UserName: 'alice' })
  assert.equal(await may(), silent)
})

test('policies of a group are shown as they were written, and keep it from being deleted', async () => {
  const document = text(allow('ssm:*'))
  const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await root.query('iam', 'CreateGroup', { GroupName: 'kept' })
  const inGroup = { GroupName: 'kept' }
  await root.query('iam', 'PutGroupPolicy', { ...inGroup, PolicyName: 'p', PolicyDocument: document })
  await root.query('iam', 'AttachGroupPolicy', { ...inGroup, PolicyArn: core })

  const shown = await root.query('iam', 'GetGroupPolicy', { ...inGroup, PolicyName: 'p' })
  assert.equal(decodeURIComponent(elementOf(shown, 'PolicyDocument') ?? ''), document)
  assert.deepEqual(elementsOf(await root.query('iam', 'ListGroupPolicies', inGroup), 'member'), ['p'])
  const attached = await root.query('iam', 'ListAttachedGroupPolicies', inGroup)
  assert.deepEqual(elementsOf(attached, 'PolicyArn'), [core])
  const entities = await root.query('iam', 'ListEntitiesForPolicy', { PolicyArn: core, EntityFilter: 'Group' })
  assert.deepEqual(elementsOf(entities, 'GroupName'), ['kept'])

  const conflict = (what: string) => ({ code: 'DeleteConflict', message: `Cannot delete entity, must ${what} first.` })
  await assert.rejects(root.query('iam', 'DeleteGroup', inGroup), conflict('detach all policies'))
  await root.query('iam', 'DetachGroupPolicy', { ...inGroup, PolicyArn: core })
  await assert.rejects(root.query('iam', 'DeleteGroup', inGroup), conflict('delete policies'))
  await assert.rejects(root.query('iam', 'GetGroupPolicy', { ...inGroup, PolicyName: 'q' }), {
    code: 'NoSuchEntity',
    message: 'The group policy with name q cannot be found.',
  })
})

test('users of a group are listed page by page, groups under a path in the order of names', async () => {
  for (const GroupName of ['pc', 'pa', 'pb']) await root.query('iam', 'CreateGroup', { GroupName, Path: '/p/' })
  for (const UserName of ['u3', 'u1', 'u2']) {
    await root.query('iam', 'CreateUser', { UserName })
    await root.query('iam', 'AddUserToGroup', { GroupName: 'pa', UserName })
  }

  const first = await root.query('iam', 'GetGroup', { GroupName: 'pa', MaxItems: 2 })
  const Marker = elementOf(first, 'Marker')
  const second = await root.query('iam', 'GetGroup', { GroupName: 'pa', MaxItems: 2, Marker })

  assert.deepEqual([...elementsOf(first, 'UserName'), ...elementsOf(second, 'UserName')], ['u1', 'u2', 'u3'])
  assert.equal(elementOf(second, 'IsTruncated'), 'false')
  const groups = await root.query('iam', 'ListGroups', { PathPrefix: '/p/' })
  assert.deepEqual(elementsOf(groups, 'GroupName'), ['pa', 'pb', 'pc'])
})

test('a user is in ten groups at most', async () => {
  await root.query('iam', 'CreateUser', { UserName: 'busy' })
  const names = Array.from({ length: 11 }, (_, index) => `g${index}`)
  for (const GroupName of names) await root.query('iam', 'CreateGroup', { GroupName })
  for (const GroupName of names.slice(0, 10)) {
    await root.query('iam', 'AddUserToGroup', { GroupName, UserName: 'busy' })
  }

  await assert.rejects(root.query('iam', 'AddUserToGroup', { GroupName: 'g10', UserName: 'busy' }), {
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for GroupsPerUser: 10',
  })
})

test('the policies of a group are bounded together', async () => {
  await root.query('iam', 'CreateGroup', { GroupName: 'wordy' })
  const put = (PolicyName: string, length: number) =>
    root.query('iam', 'PutGroupPolicy', {
      GroupName: 'wordy',
      PolicyName,
      PolicyDocument: text(allow('ssm:GetDocument', `arn:aws:ssm:::document/${'x'.repeat(length)}`)),
    })

  await put('one', 4_000)
  await assert.rejects(put('two', 1_100), {
    code: 'LimitExceeded',
    message: 'Maximum policy size of 5120 bytes exceeded for group wordy',
  })
  await put('two', 500)
})

test('a policy on a path holds for the groups under it, and a rename needs the new name as well', async () => {
  await root.query('iam', 'CreateGroup', { GroupName: 'dev', Path: '/teams/' })
  const clerk = await user('clerk', [allow('iam:UpdateGroup', [arn('group/teams/dev'), arn('group/teams/eng')])])

  await assert.rejects(clerk.query('iam', 'UpdateGroup', { GroupName: 'dev', NewGroupName: 'admins' }), {
    code: 'AccessDenied',
  })
  await clerk.query('iam', 'UpdateGroup', { GroupName: 'dev', NewGroupName: 'eng' })
  await root.query('iam', 'CreateGroup', { GroupName: 'dev' })
  await assert.rejects(root.query('iam', 'UpdateGroup', { GroupName: 'dev', NewGroupName: 'ENG' }), {
    code: 'EntityAlreadyExists',
    status: 409,
    message: 'Group with name ENG already exists.',
  })
})

test('a name and a path that are given at once are both the group’s', async () => {
  await root.query('iam', 'CreateGroup', { GroupName: 'twofold' })

  await Promise.all([
    root.query('iam', 'UpdateGroup', { GroupName: 'twofold', NewGroupName: 'Twofold' }),
    root.query('iam', 'UpdateGroup', { GroupName: 'twofold', NewPath: '/ops/' }),
    root.query('iam', 'UpdateGroup', { GroupName: 'twofold' }),
  ])

  const found = await root.query('iam', 'GetGroup', { GroupName: 'twofold' })
  assert.equal(elementOf(found, 'Arn'), arn('group/ops/Twofold'))
})
