import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user } = await given({ after })
const arnOf = (name: string) => `arn:aws:iam::123456789012:policy/${name}`
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
const readUsers = JSON.stringify(allow('iam:ListUsers'))
const nothing = JSON.stringify(deny('*'))

test('an attached policy holds from the next request on, and its default version decides', async () => {
  const arn = arnOf('switched')
  const alice = await user('alice', [])
  const may = () =>
    alice.query('iam', 'ListUsers', {}).then(
      () => true,
      (error: { code?: string }) => error.code,
    )

  await root.query('iam', 'CreatePolicy', { PolicyName: 'switched', PolicyDocument: readUsers })
  assert.equal(await may(), 'AccessDenied')
  await root.query('iam', 'AttachUserPolicy', { UserName: 'alice', PolicyArn: arn })
  assert.equal(await may(), true)
  await root.query('iam', 'CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: nothing })
  assert.equal(await may(), true)
  await root.query('iam', 'SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: 'v2' })
  assert.equal(await may(), 'AccessDenied')
  await root.query('iam', 'SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: 'v1' })
  assert.equal(await may(), true)
  await root.query('iam', 'DetachUserPolicy', { UserName: 'alice', PolicyArn: arn })
  assert.equal(await may(), 'AccessDenied')
})

test('a policy has five versions at most, shown newest first and as they were written', async () => {
  const arn = arnOf('versions')
  await root.query('iam', 'CreatePolicy', {
    PolicyName: 'versions',
    PolicyDocument: readUsers,
    Description: 'for tests',
  })
  for (let version = 2; version <= 5; version++) {
    await root.query('iam', 'CreatePolicyVersion', {
      PolicyArn: arn,
      PolicyDocument: nothing,
      SetAsDefault: version === 3,
    })
  }

  await assert.rejects(root.query('iam', 'CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: nothing }), {
    code: 'LimitExceeded',
  })
  await assert.rejects(root.query('iam', 'DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v3' }), {
    code: 'DeleteConflict',
    message: 'Cannot delete the default version of a policy.',
  })
  await assert.rejects(root.query('iam', 'DeletePolicy', { PolicyArn: arn }), { code: 'DeleteConflict', status: 409 })
  const listed = await root.query('iam', 'ListPolicyVersions', { PolicyArn: arn })
  const shown = await root.query('iam', 'GetPolicyVersion', { PolicyArn: arn, VersionId: 'v1' })
  const policy = await root.query('iam', 'GetPolicy', { PolicyArn: arn })

  assert.deepEqual(elementsOf(listed, 'VersionId'), ['v5', 'v4', 'v3', 'v2', 'v1'])
  assert.equal(decodeURIComponent(elementOf(shown, 'Document') ?? ''), readUsers)
  assert.equal(elementOf(policy, 'DefaultVersionId'), 'v3')
  assert.equal(elementOf(policy, 'Description'), 'for tests')
  await assert.rejects(root.query('iam', 'GetPolicyVersion', { PolicyArn: arn, VersionId: 'v9' }), {
    code: 'NoSuchEntity',
    message: `Policy ${arn} version v9 does not exist or is not attachable.`,
  })
})

test('a policy is deleted when it is attached to nothing', async () => {
  const arn = arnOf('gone')
  await root.query('iam', 'CreateUser', { UserName: 'bob' })
  await root.query('iam', 'CreatePolicy', { PolicyName: 'gone', PolicyDocument: readUsers })
  await root.query('iam', 'AttachUserPolicy', { UserName: 'bob', PolicyArn: arn })

  await assert.rejects(root.query('iam', 'DeletePolicy', { PolicyArn: arn }), {
    code: 'DeleteConflict',
    message: 'Cannot delete a policy attached to entities.',
  })
  const entities = await root.query('iam', 'ListEntitiesForPolicy', { PolicyArn: arn })
  assert.deepEqual(elementsOf(entities, 'UserName'), ['bob'])
  await root.query('iam', 'DetachUserPolicy', { UserName: 'bob', PolicyArn: arn })
  await root.query('iam', 'DeletePolicy', { PolicyArn: arn })

  await assert.rejects(root.query('iam', 'GetPolicy', { PolicyArn: arn }), {
    code: 'NoSuchEntity',
    message: `Policy ${arn} was not found.`,
  })
  await assert.rejects(root.query('iam', 'AttachUserPolicy', { UserName: 'bob', PolicyArn: arn }), {
    code: 'NoSuchEntity',
    message: `Policy ${arn} does not exist or is not attachable.`,
  })
})

test("AWS's managed policies can be read and attached, and not even root changes them", async () => {
  await root.query('iam', 'CreateUser', { UserName: 'carol' })

  await root.query('iam', 'AttachUserPolicy', { UserName: 'carol', PolicyArn: core })
  const attached = await root.query('iam', 'ListAttachedUserPolicies', { UserName: 'carol' })
  const policy = await root.query('iam', 'GetPolicy', { PolicyArn: core })
  const version = elementOf(policy, 'DefaultVersionId') ?? ''
  const shown = await root.query('iam', 'GetPolicyVersion', { PolicyArn: core, VersionId: version })

  assert.equal(elementOf(attached, 'PolicyName'), 'AmazonSSMManagedInstanceCore')
  assert.ok(Number(elementOf(policy, 'AttachmentCount')) >= 1)
  assert.ok(decodeURIComponent(elementOf(shown, 'Document') ?? '').includes('ssmmessages:CreateControlChannel'))
  for (const refused of [
    root.query('iam', 'DeletePolicy', { PolicyArn: core }),
    root.query('iam', 'CreatePolicyVersion', { PolicyArn: core, PolicyDocument: nothing }),
    root.query('iam', 'SetDefaultPolicyVersion', { PolicyArn: core, VersionId: 'v1' }),
  ]) {
    await assert.rejects(refused, { code: 'AccessDenied', status: 403 })
  }
})

test('ten policies are attached to one user, and an eleventh is not', async () => {
  const arn = arnOf('p')
  await root.query('iam', 'CreateUser', { UserName: 'dave' })
  const arns = Array.from({ length: 11 }, (_, index) => `${arn}${index}`)
  for (const [index, PolicyArn] of arns.entries()) {
    await root.query('iam', 'CreatePolicy', { PolicyName: `p${index}`, PolicyDocument: readUsers })
    if (index < 10) await root.query('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn })
  }

  await assert.rejects(root.query('iam', 'AttachUserPolicy', { UserName: 'dave', PolicyArn: `${arn}10` }), {
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for PoliciesPerUser: 10',
  })
})

test('policies are listed by owner, by attachment and by path', async () => {
  const names = async (input: object) => elementsOf(await root.query('iam', 'ListPolicies', input), 'PolicyName')
  await root.query('iam', 'CreatePolicy', { PolicyName: 'zz', Path: '/x/', PolicyDocument: readUsers })

  assert.ok((await names({ Scope: 'Local' })).includes('zz'))
  assert.ok(!(await names({ Scope: 'Local' })).includes('AmazonSSMManagedInstanceCore'))
  assert.deepEqual(await names({ PathPrefix: '/x/' }), ['zz'])
  assert.ok((await names({ Scope: 'AWS' })).includes('AmazonSSMManagedInstanceCore'))
  assert.deepEqual(await names({ OnlyAttached: true, PathPrefix: '/x/' }), [])
  assert.equal((await names({})).at(-1), 'zz')
})

test('who may attach only certain policies attaches no other', async () => {
  const onlyCore = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:AttachUserPolicy',
        Resource: '*',
        Condition: { ArnEquals: { 'iam:PolicyARN': core } },
      },
    ],
  }
  const eve = await user('eve', [onlyCore])

  await eve.query('iam', 'AttachUserPolicy', { UserName: 'eve', PolicyArn: core })

  const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await assert.rejects(eve.query('iam', 'AttachUserPolicy', { UserName: 'eve', PolicyArn: admin }), {
    code: 'AccessDenied',
  })
})
