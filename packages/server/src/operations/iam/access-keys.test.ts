import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { allow, given } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user, client } = await given({ after })
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, for IAM to fill in
const own = allow('iam:*', 'arn:aws:iam::123456789012:user/${aws:username}')

test('a key works as soon as it is made and stops as soon as it is switched off', async () => {
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

test('a user changes its own keys without saying its name, two of them at most', async () => {
  const carol = await user('carol', [own])

  const second = elementOf(await carol.query('iam', 'CreateAccessKey', {}), 'AccessKeyId') ?? ''
  await assert.rejects(carol.query('iam', 'CreateAccessKey', {}), {
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
  })
  const listed = await carol.query('iam', 'ListAccessKeys', {})
  await carol.query('iam', 'DeleteAccessKey', { AccessKeyId: second })

  assert.ok(elementsOf(listed, 'AccessKeyId').includes(second))
  assert.deepEqual(elementsOf(listed, 'UserName'), ['carol', 'carol'])
  assert.equal(elementOf(listed, 'SecretAccessKey'), undefined)
})

test("one user's key cannot be deleted in the name of another", async () => {
  await user('dave', [])
  await user('bob', [])
  const AccessKeyId = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'dave' }), 'AccessKeyId') ?? ''

  await assert.rejects(root.query('iam', 'DeleteAccessKey', { UserName: 'bob', AccessKeyId }), {
    code: 'NoSuchEntity',
    message: `The Access Key with id ${AccessKeyId} cannot be found.`,
  })
})

test('an unknown key and a key of somebody else are refused in the same words', async () => {
  const eve = await user('eve', [own])
  await root.query('iam', 'CreateUser', { UserName: 'frank' })
  const bobs = elementOf(await root.query('iam', 'CreateAccessKey', { UserName: 'frank' }), 'AccessKeyId') ?? ''
  const mine = elementOf(await eve.query('iam', 'ListAccessKeys', {}), 'AccessKeyId') ?? ''
  const asked = async (AccessKeyId: string) =>
    eve.query('iam', 'GetAccessKeyLastUsed', { AccessKeyId }).then(
      (answer) => elementOf(answer, 'UserName'),
      (error: Error) => error.message.replace(AccessKeyId, 'KEY'),
    )

  assert.equal(await asked(bobs), await asked('AKIANOSUCHKEY2345678'))
  assert.match((await asked(bobs)) ?? '', /is not authorized to perform: iam:GetAccessKeyLastUsed/)
  assert.equal(await asked(mine), 'eve')
})

test('a key tells when and for what it was last used', async () => {
  const gina = await user('gina', [own])
  const AccessKeyId = elementOf(await root.query('iam', 'ListAccessKeys', { UserName: 'gina' }), 'AccessKeyId') ?? ''
  const lastUsed = () => root.query('iam', 'GetAccessKeyLastUsed', { AccessKeyId })

  assert.equal(elementOf(await lastUsed(), 'ServiceName'), 'N/A')
  await gina.query('sts', 'GetCallerIdentity', {})

  const used = await eventually(async () => {
    const answer = await lastUsed()
    return elementOf(answer, 'LastUsedDate') === undefined ? undefined : answer
  }, 'the use of a key is remembered')
  assert.equal(elementOf(used, 'ServiceName'), 'sts')
  assert.equal(elementOf(used, 'Region'), 'us-east-1')
})
