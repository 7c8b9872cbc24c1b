import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, for IAM to fill in
const own = allow('iam:*', 'arn:aws:iam::123456789012:user/${aws:username}')

test('a key works as soon as it is made and stops as soon as it is switched off', async (t) => {
  const { root, client } = await given(t)
  await root.query('iam', 'CreateUser', { UserName: 'alice' })
  const made = await root.query('iam', 'CreateAccessKey', { UserName: 'alice' })
  const accessKeyId = elementOf(made, 'AccessKeyId') ?? ''
  const alice = client({ accessKeyId, secretAccessKey: elementOf(made, 'SecretAccessKey') ?? '' })
  const whoAmI = () => alice.query('sts', 'GetCallerIdentity', {})

  assert.equal(elementOf(await whoAmI(), 'Arn'), 'arn:aws:iam::123456789012:user/alice')

  await root.query('iam', 'UpdateAccessKey', { UserName: 'alice', AccessKeyId: accessKeyId, Status: 'Inactive' })
  await assert.rejects(whoAmI(), { code: 'InvalidClientTokenId', status: 403 })
  await root.query('iam', 'UpdateAccessKey', { UserName: 'alice', AccessKeyId: accessKeyId, Status: 'Active' })
  await whoAmI()
  await root.query('iam', 'DeleteAccessKey', { UserName: 'alice', AccessKeyId: accessKeyId })
  await assert.rejects(whoAmI(), { code: 'InvalidClientTokenId' })
})

test('a user changes its own keys without saying its name, two of them at most', async (t) => {
  const { caller } = await given(t, { policies: [own] })

  const second = elementOf(await caller.query('iam', 'CreateAccessKey', {}), 'AccessKeyId') ?? ''
  await assert.rejects(caller.query('iam', 'CreateAccessKey', {}), {
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
  })
  const listed = await caller.query('iam', 'ListAccessKeys', {})
  await caller.query('iam', 'DeleteAccessKey', { AccessKeyId: second })

  assert.ok(elementsOf(listed, 'AccessKeyId').includes(second))
  assert.deepEqual(elementsOf(listed, 'UserName'), ['alice', 'alice'])
  assert.equal(elementOf(listed, 'SecretAccessKey'), undefined)
})

test("one user's key cannot be deleted in the name of another", async (t) => {
  const { root, user } = await given(t)
  await user('alice', [])
  await user('bob', [])
  const AccessKeyId = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'alice' }), 'AccessKeyId') ?? ''

  await assert.rejects(root.query('iam', 'DeleteAccessKey', { UserName: 'bob', AccessKeyId }), {
    code: 'NoSuchEntity',
    message: `The Access Key with id ${AccessKeyId} cannot be found.`,
  })
})

test('an unknown key and a key of somebody else are refused in the same words', async (t) => {
  const { caller, root } = await given(t, { policies: [own] })
  await root.query('iam', 'CreateUser', { UserName: 'bob' })
  const bobs = elementOf(await root.query('iam', 'CreateAccessKey', { UserName: 'bob' }), 'AccessKeyId') ?? ''
  const mine = elementOf(await caller.query('iam', 'ListAccessKeys', {}), 'AccessKeyId') ?? ''
  const asked = async (AccessKeyId: string) =>
    caller.query('iam', 'GetAccessKeyLastUsed', { AccessKeyId }).then(
      (answer) => elementOf(answer, 'UserName'),
      (error: Error) => error.message.replace(AccessKeyId, 'KEY'),
    )

  assert.equal(await asked(bobs), await asked('AKIANOSUCHKEY2345678'))
  assert.match((await asked(bobs)) ?? '', /is not authorized to perform: iam:GetAccessKeyLastUsed/)
  assert.equal(await asked(mine), 'alice')
})
