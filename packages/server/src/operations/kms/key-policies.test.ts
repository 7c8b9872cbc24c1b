import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { account, allow, deny, type Given, given, region } from '@fairlead/testkit/given'
import { NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'

const Plaintext = Buffer.from('attack at dawn')
const accountRoot = `arn:aws:iam::${account}:root`
const arnOfUser = (name: string) => `arn:aws:iam::${account}:user/${name}`

async function newKey({ root }: Pick<Given, 'root'>, input = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await root.call('kms', 'CreateKey', input)
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function grant(principal: string, Action: string | readonly string[], more = {}): object {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action, Resource: '*', ...more }
}

const encrypts = (client: ApiClient, KeyId: string) => client.call('kms', 'Encrypt', { KeyId, Plaintext })
const denied = { code: 'AccessDeniedException', status: 400 }

test('a new key leaves it to the policies of the account who may use it', async (t) => {
  const world = await given(t)
  const { id: KeyId, arn } = await newKey(world)
  const alice = await world.user('alice', [allow('kms:Encrypt', arn)])
  const bob = await world.user('bob', [])

  const { Policy, PolicyName } = await world.root.call('kms', 'GetKeyPolicy', { KeyId })
  assert.equal(PolicyName, 'default')
  assert.deepEqual(JSON.parse(Policy ?? ''), {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: accountRoot },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })
  assert.deepEqual((await world.root.call('kms', 'ListKeyPolicies', { KeyId })).PolicyNames, ['default'])
  await encrypts(alice, KeyId)
  await assert.rejects(alice.call('kms', 'DescribeKey', { KeyId }), denied)
  await assert.rejects(encrypts(bob, KeyId), {
    ...denied,
    message: `User: ${arnOfUser('bob')} is not authorized to perform: kms:Encrypt on resource: ${arn} because no identity-based policy allows the kms:Encrypt action`,
  })
})

test('who a key policy names may use the key, and nobody else whatever identity policies say', async (t) => {
  const world = await given(t)
  const alice = await world.user('alice', [])
  const mallory = await world.user('mallory', [allow('*')])
  const Policy = policyOf(grant(arnOfUser('alice'), 'kms:Encrypt'), grant(accountRoot, 'kms:PutKeyPolicy'))
  const { id: KeyId, arn } = await newKey(world, { Policy })

  await encrypts(alice, KeyId)
  const refusal = (caller: string) =>
    `User: ${caller} is not authorized to perform: kms:Encrypt on resource: ${arn} because no resource-based policy allows the kms:Encrypt action`
  await assert.rejects(encrypts(mallory, KeyId), { ...denied, message: refusal(arnOfUser('mallory')) })
  await assert.rejects(encrypts(world.root, KeyId), { ...denied, message: refusal(accountRoot) })
})

test('a deny in a key policy holds against every allow, and a change of policy counts at once', async (t) => {
  const world = await given(t)
  const alice = await world.user('alice', [allow('*')])
  const { id: KeyId } = await newKey(world)
  await encrypts(alice, KeyId)

  const keep = grant(accountRoot, 'kms:*')
  const Policy = policyOf(keep, { ...grant(arnOfUser('alice'), 'kms:Encrypt'), Effect: 'Deny' })
  await world.root.call('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy })
  await assert.rejects(encrypts(alice, KeyId), {
    ...denied,
    message: /with an explicit deny in a resource-based policy$/,
  })

  await world.root.call('kms', 'PutKeyPolicy', { KeyId, Policy: policyOf(keep) })
  await encrypts(alice, KeyId)
})

test('a policy that would lock its author out is refused, unless that is wanted', async (t) => {
  const world = await given(t)
  const alice = await world.user('alice', [allow('kms:*')])
  await world.user('bob', [])
  const ofBob = policyOf(grant(arnOfUser('bob'), 'kms:*'))
  const { id: KeyId } = await newKey(world)
  const lockout = {
    code: 'MalformedPolicyDocumentException',
    message: 'The new key policy will not allow you to update the key policy in the future.',
  }

  await assert.rejects(alice.call('kms', 'PutKeyPolicy', { KeyId, Policy: ofBob }), lockout)
  await assert.rejects(alice.call('kms', 'CreateKey', { Policy: ofBob }), lockout)
  assert.equal((await world.root.call('kms', 'ListKeys', {})).Keys?.length, 1)

  await alice.call('kms', 'PutKeyPolicy', { KeyId, Policy: ofBob, BypassPolicyLockoutSafetyCheck: true })
  await assert.rejects(alice.call('kms', 'GetKeyPolicy', { KeyId }), denied)
})

test('key policies that say nothing are refused in words', async (t) => {
  const world = await given(t)
  const { id: KeyId } = await newKey(world)
  const put = (Policy: string, PolicyName = 'default') =>
    world.root.call('kms', 'PutKeyPolicy', { KeyId, Policy, PolicyName })
  const malformed = (message: RegExp) => ({ code: 'MalformedPolicyDocumentException', message })

  await assert.rejects(put('{'), malformed(/./))
  await assert.rejects(put(JSON.stringify(allow('kms:*'))), malformed(/Missing required field Principal/))
  await assert.rejects(
    put(policyOf(grant(arnOfUser('nobody'), 'kms:*'))),
    malformed(/invalid principals: .*user\/nobody/),
  )
  await assert.rejects(put(policyOf(grant('x', 'kms:*'))), malformed(/principal/))
  const long = policyOf(grant(accountRoot, 'kms:*', { Sid: 'x'.repeat(32_768) }))
  await assert.rejects(put(long), { code: 'LimitExceededException' })
  await assert.rejects(put(policyOf(grant(accountRoot, 'kms:*')), 'other'), {
    code: 'NotFoundException',
    message: 'No such policy exists',
  })
  await assert.rejects(world.root.call('kms', 'GetKeyPolicy', { KeyId, PolicyName: 'other' }), {
    code: 'NotFoundException',
  })
})

test('conditions see the alias that was named, the aliases and tags of the key, and the account', async (t) => {
  const world = await given(t)
  const when = (Condition: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*', Condition }],
  })
  const { id: KeyId } = await newKey(world, { Tags: [{ TagKey: 'Stage', TagValue: 'test' }] })
  const other = await newKey(world)
  await world.root.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId })

  const named = await world.user('named', [when({ StringEquals: { 'kms:RequestAlias': 'alias/app' } })])
  await encrypts(named, 'alias/app')
  await encrypts(named, `arn:aws:kms:${region}:${account}:alias/app`)
  await assert.rejects(encrypts(named, KeyId), denied)

  for (const [name, Condition] of [
    ['having', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } }],
    ['tagged', { StringEquals: { 'aws:ResourceTag/Stage': 'test' } }],
  ] as const) {
    const caller = await world.user(name, [when(Condition)])
    await encrypts(caller, KeyId)
    await assert.rejects(encrypts(caller, other.id), denied, name)
  }
  const ours = await world.user('ours', [
    when({
      StringEquals: { 'kms:CallerAccount': account, 'kms:KeySpec': 'SYMMETRIC_DEFAULT', 'kms:KeyOrigin': 'AWS_KMS' },
    }),
  ])
  await encrypts(ours, KeyId)
  const viaService = await world.user('via', [when({ StringLike: { 'kms:ViaService': '*' } })])
  await assert.rejects(encrypts(viaService, KeyId), denied)
})

test('conditions see what a new key is to be', async (t) => {
  const world = await given(t)
  const only = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['kms:CreateKey', 'kms:TagResource', 'kms:ScheduleKeyDeletion'],
        Resource: '*',
        Condition: {
          StringEqualsIfExists: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT', 'aws:RequestTag/Stage': 'test' },
          BoolIfExists: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
          NumericGreaterThanEqualsIfExists: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' },
        },
      },
    ],
  }
  const alice = await world.user('alice', [only])
  const tagged = (TagValue: string) => ({ Tags: [{ TagKey: 'Stage', TagValue }] })

  const { KeyMetadata } = await alice.call('kms', 'CreateKey', tagged('test'))
  await assert.rejects(alice.call('kms', 'CreateKey', tagged('prod')), denied)
  await assert.rejects(alice.call('kms', 'CreateKey', { KeySpec: 'RSA_2048' }), denied)
  await assert.rejects(alice.call('kms', 'CreateKey', { BypassPolicyLockoutSafetyCheck: true }), denied)
  const KeyId = KeyMetadata?.KeyId ?? ''
  await assert.rejects(alice.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }), denied)
  await alice.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 14 })

  const untagging = await world.user('untagging', [allow('kms:*'), deny('kms:TagResource')])
  await assert.rejects(untagging.call('kms', 'CreateKey', tagged('test')), denied)
})

test('a node decrypts when the policy of its role allows, under the context that it allows', async (t) => {
  const world = await given(t)
  const { id: KeyId, arn } = await newKey(world)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const EncryptionContext = { 'aws:ssm:SessionId': 'alice-1', 'aws:ssm:TargetId': node.nodeId }
  const { CiphertextBlob } = await world.root.call('kms', 'GenerateDataKey', {
    KeyId,
    NumberOfBytes: 64,
    EncryptionContext,
  })
  const decrypts = () => client.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext })
  await assert.rejects(decrypts(), {
    ...denied,
    message: new RegExp(`kms:Decrypt on resource: ${arn} because no identity`),
  })

  const Condition = { StringEquals: { 'kms:EncryptionContext:aws:ssm:TargetId': node.nodeId } }
  await world.root.query('iam', 'PutRolePolicy', {
    RoleName: await nodeRole(world),
    PolicyName: 'decrypt',
    PolicyDocument: policyOf({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn, Condition }),
  })

  assert.equal((await decrypts()).Plaintext?.length, 64)
})

test('a key policy may name the role of nodes, which then needs no policy of its own', async (t) => {
  const world = await given(t)
  const role = `arn:aws:iam::${account}:role/${await nodeRole(world)}`
  const Policy = policyOf(grant(accountRoot, 'kms:*'), grant(role, 'kms:Decrypt'))
  const { id: KeyId } = await newKey(world, { Policy })
  const { CiphertextBlob } = await encrypts(world.root, KeyId)
  const client = await (await NodeMachine.register(world)).client()

  assert.deepEqual(Buffer.from((await client.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext ?? []), Plaintext)
  await assert.rejects(encrypts(client, KeyId), denied)
})
