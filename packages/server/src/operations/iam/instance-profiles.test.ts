import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user } = await given({ after })
const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const AssumeRolePolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const makeRole = (RoleName: string) => root.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument })

test('a profile is made, given one role, found with it, and deleted without it', async () => {
  await makeRole('web')
  await makeRole('db')
  const named = { InstanceProfileName: 'Nodes' }

  const made = await root.query('iam', 'CreateInstanceProfile', { ...named, Path: '/x/' })
  await root.query('iam', 'AddRoleToInstanceProfile', { ...named, RoleName: 'web' })
  const found = await root.query('iam', 'GetInstanceProfile', { InstanceProfileName: 'nodes' })

  assert.match(elementOf(made, 'InstanceProfileId') ?? '', /^AIPA[A-Z2-7]{17}$/)
  assert.deepEqual(elementsOf(found, 'Arn').sort(), [arn('instance-profile/x/Nodes'), arn('role/web')])
  await assert.rejects(root.query('iam', 'AddRoleToInstanceProfile', { ...named, RoleName: 'db' }), {
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
  })
  const conflict = {
    code: 'DeleteConflict',
    status: 409,
    message: 'Cannot delete entity, must remove roles from instance profile first.',
  }
  await assert.rejects(root.query('iam', 'DeleteInstanceProfile', named), conflict)
  await assert.rejects(root.query('iam', 'DeleteRole', { RoleName: 'web' }), conflict)
  await assert.rejects(root.query('iam', 'RemoveRoleFromInstanceProfile', { ...named, RoleName: 'db' }), {
    code: 'NoSuchEntity',
  })
  await root.query('iam', 'RemoveRoleFromInstanceProfile', { ...named, RoleName: 'web' })
  await root.query('iam', 'DeleteRole', { RoleName: 'web' })
  await root.query('iam', 'DeleteInstanceProfile', named)
  await assert.rejects(root.query('iam', 'GetInstanceProfile', named), {
    code: 'NoSuchEntity',
    status: 404,
    message: 'Instance Profile Nodes cannot be found.',
  })
})

test('profiles are listed by path, by role and page by page', async () => {
  await makeRole('shared')
  for (const InstanceProfileName of ['pb', 'pa', 'pc']) {
    await root.query('iam', 'CreateInstanceProfile', { InstanceProfileName, Path: '/p/' })
    await root.query('iam', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'shared' })
  }
  await root.query('iam', 'CreateInstanceProfile', { InstanceProfileName: 'q' })

  const first = await root.query('iam', 'ListInstanceProfiles', { PathPrefix: '/p/', MaxItems: 2 })
  const Marker = elementOf(first, 'Marker')
  const second = await root.query('iam', 'ListInstanceProfiles', { PathPrefix: '/p/', MaxItems: 2, Marker })
  const ofRole = await root.query('iam', 'ListInstanceProfilesForRole', { RoleName: 'shared' })

  const names = [first, second].flatMap((page) => elementsOf(page, 'InstanceProfileName'))
  assert.deepEqual(names, ['pa', 'pb', 'pc'])
  assert.deepEqual(elementsOf(ofRole, 'InstanceProfileName'), ['pa', 'pb', 'pc'])
  await assert.rejects(root.query('iam', 'CreateInstanceProfile', { InstanceProfileName: 'PA' }), {
    code: 'EntityAlreadyExists',
    message: 'Instance Profile PA already exists.',
  })
})

test('who adds a role to a profile has to be allowed to pass it', async () => {
  await makeRole('strong')
  await root.query('iam', 'CreateInstanceProfile', { InstanceProfileName: 'guarded' })
  const input = { InstanceProfileName: 'guarded', RoleName: 'strong' }
  const toEc2 = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: arn('role/strong'),
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    ],
  }
  const without = await user('without', [allow('iam:AddRoleToInstanceProfile')])
  const passing = await user('passing', [allow('iam:AddRoleToInstanceProfile'), toEc2])

  await assert.rejects(without.query('iam', 'AddRoleToInstanceProfile', input), {
    code: 'AccessDenied',
    message: `User: ${arn('user/without')} is not authorized to perform: iam:PassRole on resource: ${arn('role/strong')} because no identity-based policy allows the iam:PassRole action`,
  })
  await passing.query('iam', 'AddRoleToInstanceProfile', input)
})

test('profiles and policies carry tags, which tell them apart in policies', async () => {
  const PolicyArn = arn('policy/tagged')
  const Tags = [
    { Key: 'Team', Value: 'Web' },
    { Key: 'x', Value: '' },
  ]
  await root.query('iam', 'CreateInstanceProfile', { InstanceProfileName: 'tagged', Tags })
  await root.query('iam', 'CreatePolicy', {
    PolicyName: 'tagged',
    PolicyDocument: JSON.stringify(allow('ssm:*')),
  })
  await root.query('iam', 'TagPolicy', { PolicyArn, Tags })
  const ofWeb = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iam:GetInstanceProfile', 'iam:GetPolicy'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'Web' } },
      },
    ],
  }
  const reader = await user('reader', [ofWeb])
  const get = () =>
    Promise.all([
      reader.query('iam', 'GetInstanceProfile', { InstanceProfileName: 'tagged' }),
      reader.query('iam', 'GetPolicy', { PolicyArn }),
    ])

  await get()
  await root.query('iam', 'UntagPolicy', { PolicyArn, TagKeys: ['X'] })
  await root.query('iam', 'UntagInstanceProfile', { InstanceProfileName: 'tagged', TagKeys: ['X'] })
  await root.query('iam', 'TagInstanceProfile', {
    InstanceProfileName: 'tagged',
    Tags: [{ Key: 'team', Value: 'Db' }],
  })
  const ofPolicy = await root.query('iam', 'ListPolicyTags', { PolicyArn })
  const ofProfile = await root.query('iam', 'ListInstanceProfileTags', { InstanceProfileName: 'tagged' })

  assert.deepEqual([elementsOf(ofPolicy, 'Key'), elementsOf(ofPolicy, 'Value')], [['Team'], ['Web']])
  assert.deepEqual([elementsOf(ofProfile, 'Key'), elementsOf(ofProfile, 'Value')], [['team'], ['Db']])
  await assert.rejects(get(), { code: 'AccessDenied' })
  await assert.rejects(root.query('iam', 'TagPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', Tags }), {
    code: 'AccessDenied',
  })
})
