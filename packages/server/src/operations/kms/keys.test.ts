import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { account, allow, type Given, given, region } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'

const dayMs = 86_400_000
const Plaintext = Buffer.from('attack at dawn')

async function newKey(client: ApiClient, input = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await client.call('kms', 'CreateKey', input)
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

async function stateOf(client: ApiClient, KeyId: string): Promise<string | undefined> {
  return (await client.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyState
}

test('a new key is enabled, symmetric, and described as it was made', async (t) => {
  const { root } = await given(t)

  const made = await root.call('kms', 'CreateKey', { Description: 'for tests' })
  const KeyId = made.KeyMetadata?.KeyId ?? ''

  assert.match(KeyId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const { CreationDate, CurrentKeyMaterialId, ...rest } = made.KeyMetadata ?? { KeyId }
  assert.ok(CreationDate)
  assert.match(CurrentKeyMaterialId ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    AWSAccountId: account,
    KeyId,
    Arn: `arn:aws:kms:${region}:${account}:key/${KeyId}`,
    Enabled: true,
    Description: 'for tests',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  })
  assert.deepEqual(await root.call('kms', 'DescribeKey', { KeyId }), made)
})

test('a disabled key does nothing until it is enabled again', async (t) => {
  const { root } = await given(t)
  const { id: KeyId, arn } = await newKey(root)
  const { CiphertextBlob } = await root.call('kms', 'Encrypt', { KeyId, Plaintext })
  const disabled = { code: 'DisabledException', message: `${arn} is disabled.` }

  await root.call('kms', 'DisableKey', { KeyId })
  await root.call('kms', 'DisableKey', { KeyId })

  assert.equal(await stateOf(root, KeyId), 'Disabled')
  await assert.rejects(root.call('kms', 'Encrypt', { KeyId, Plaintext }), disabled)
  await assert.rejects(root.call('kms', 'Decrypt', { CiphertextBlob }), disabled)
  await assert.rejects(root.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 1 }), disabled)
  await assert.rejects(root.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }), disabled)

  await root.call('kms', 'EnableKey', { KeyId: arn })
  assert.deepEqual(Buffer.from((await root.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext ?? []), Plaintext)
})

test('a key pending deletion can be described and saved, and nothing else', async (t) => {
  const { root } = await given(t)
  const { id: KeyId, arn } = await newKey(root)
  const { CiphertextBlob } = await root.call('kms', 'Encrypt', { KeyId, Plaintext })

  const scheduled = await root.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
  assert.deepEqual([scheduled.KeyId, scheduled.KeyState, scheduled.PendingWindowInDays], [arn, 'PendingDeletion', 7])
  const { KeyMetadata } = await root.call('kms', 'DescribeKey', { KeyId })
  assert.deepEqual(KeyMetadata?.DeletionDate, scheduled.DeletionDate)

  const pending = { code: 'KMSInvalidStateException', message: `${arn} is pending deletion.` }
  const Tags = [{ TagKey: 'a', TagValue: 'b' }]
  await assert.rejects(root.call('kms', 'Decrypt', { CiphertextBlob }), pending)
  await assert.rejects(root.call('kms', 'EnableKey', { KeyId }), pending)
  await assert.rejects(root.call('kms', 'DisableKey', { KeyId }), pending)
  await assert.rejects(root.call('kms', 'ScheduleKeyDeletion', { KeyId }), pending)
  await assert.rejects(root.call('kms', 'UpdateKeyDescription', { KeyId, Description: '' }), pending)
  await assert.rejects(root.call('kms', 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }), pending)
  await assert.rejects(root.call('kms', 'TagResource', { KeyId, Tags }), pending)
  await assert.rejects(root.call('kms', 'UntagResource', { KeyId, TagKeys: ['a'] }), pending)
  await assert.rejects(root.call('kms', 'EnableKeyRotation', { KeyId }), pending)
  await assert.rejects(root.call('kms', 'RotateKeyOnDemand', { KeyId }), pending)

  assert.deepEqual(await root.call('kms', 'CancelKeyDeletion', { KeyId }), { KeyId: arn })
  assert.equal(await stateOf(root, KeyId), 'Disabled')
  await assert.rejects(root.call('kms', 'CancelKeyDeletion', { KeyId }), {
    code: 'KMSInvalidStateException',
    message: `${arn} is not pending deletion.`,
  })
})

test('a key is destroyed with its aliases when its time has come, and not before', async (t) => {
  const later = world(t)
  const { root } = await later(0)
  const { id: KeyId, arn } = await newKey(root, { Tags: [{ TagKey: 'a', TagValue: 'b' }] })
  const kept = await newKey(root)
  await root.call('kms', 'CreateAlias', { AliasName: 'alias/gone', TargetKeyId: KeyId })
  const { CiphertextBlob } = await root.call('kms', 'Encrypt', { KeyId, Plaintext })
  await root.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })

  const early = await later(6.9)
  assert.equal(await stateOf(early.root, KeyId), 'PendingDeletion')

  const { root: late } = await later(7.1)
  await isSoonTrue(async () => (await late.call('kms', 'ListKeys', {})).Keys?.length === 1)
  const gone = { code: 'NotFoundException', message: `Key '${arn}' does not exist` }
  await assert.rejects(late.call('kms', 'DescribeKey', { KeyId }), gone)
  await assert.rejects(late.call('kms', 'CancelKeyDeletion', { KeyId }), gone)
  await assert.rejects(late.call('kms', 'DescribeKey', { KeyId: 'alias/gone' }), { code: 'NotFoundException' })
  await assert.rejects(late.call('kms', 'Decrypt', { CiphertextBlob }), { code: 'InvalidCiphertextException' })
  assert.equal(await stateOf(late, kept.arn), 'Enabled')
})

/** A server that is stopped and started again some days after the first time. */
function world(t: TestContext): (days: number) => Promise<Given> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-kms-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const start = new Date('2026-11-22T12:00:00Z').getTime()
  let running: Given | undefined
  return async (days) => {
    await running?.stop()
    running = await given(t, { dataDir, clock: new ManualClock(new Date(start + days * dayMs)) })
    return running
  }
}

/** What the sweep of keys does at the start of the server, nobody waits for. */
async function isSoonTrue(holds: () => Promise<boolean>): Promise<void> {
  await eventually(async () => ((await holds()) ? true : undefined), 'the sweep has come by')
}

test('lists go on where a page ended', async (t) => {
  const { root } = await given(t)
  const made = [await newKey(root), await newKey(root), await newKey(root)].map(({ id }) => id).sort()

  const first = await root.call('kms', 'ListKeys', { Limit: 2 })
  const second = await root.call('kms', 'ListKeys', { Limit: 2, Marker: first.NextMarker })

  assert.deepEqual([first.Truncated, second.Truncated, second.NextMarker], [true, false, undefined])
  assert.deepEqual(
    [...(first.Keys ?? []), ...(second.Keys ?? [])].map(({ KeyId }) => KeyId),
    made,
  )
  await assert.rejects(root.call('kms', 'ListKeys', { Marker: '!' }), { code: 'InvalidMarkerException' })
  await assert.rejects(root.call('kms', 'ListKeys', { Limit: 0 }), { code: 'ValidationException' })
})

test('an alias stands for its key until it is pointed elsewhere', async (t) => {
  const { root } = await given(t)
  const [one, other] = [await newKey(root), await newKey(root)]
  const AliasName = 'alias/team/app_1'
  const aliasArn = `arn:aws:kms:${region}:${account}:${AliasName}`
  await root.call('kms', 'CreateAlias', { AliasName, TargetKeyId: one.arn })
  const { CiphertextBlob, KeyId } = await root.call('kms', 'Encrypt', { KeyId: AliasName, Plaintext })

  assert.equal(KeyId, one.arn)
  const listed = (await root.call('kms', 'ListAliases', { KeyId: one.id })).Aliases ?? []
  assert.deepEqual([listed[0]?.AliasName, listed[0]?.AliasArn, listed[0]?.TargetKeyId], [AliasName, aliasArn, one.id])

  await root.call('kms', 'UpdateAlias', { AliasName, TargetKeyId: other.id })
  const { KeyMetadata } = await root.call('kms', 'DescribeKey', { KeyId: aliasArn })
  assert.equal(KeyMetadata?.KeyId, other.id)
  assert.deepEqual((await root.call('kms', 'ListAliases', { KeyId: one.arn })).Aliases, [])
  await assert.rejects(root.call('kms', 'Decrypt', { CiphertextBlob, KeyId: AliasName }), {
    code: 'IncorrectKeyException',
  })
  await root.call('kms', 'Decrypt', { CiphertextBlob })

  await root.call('kms', 'DeleteAlias', { AliasName })
  const gone = { code: 'NotFoundException', message: `Alias ${aliasArn} is not found.` }
  await assert.rejects(root.call('kms', 'DeleteAlias', { AliasName }), gone)
  await assert.rejects(root.call('kms', 'UpdateAlias', { AliasName, TargetKeyId: one.id }), gone)
  await assert.rejects(root.call('kms', 'Encrypt', { KeyId: AliasName, Plaintext }), gone)
})

test('aliases that cannot be are refused in words', async (t) => {
  const { root } = await given(t)
  const { id: TargetKeyId } = await newKey(root)
  const create = (AliasName: string) => root.call('kms', 'CreateAlias', { AliasName, TargetKeyId })
  await create('alias/a')

  await assert.rejects(create('alias/a'), {
    code: 'AlreadyExistsException',
    message: `An alias with the name arn:aws:kms:${region}:${account}:alias/a already exists`,
  })
  await assert.rejects(create('alias/aws/ebs'), { code: 'InvalidAliasNameException' })
  await assert.rejects(create('alias/'), { code: 'InvalidAliasNameException' })
  await assert.rejects(create('alias/a:b'), { code: 'InvalidAliasNameException' })
  await assert.rejects(create('a'), { code: 'ValidationException', message: /^Alias must start with the prefix/ })
  await assert.rejects(create('alias/ä'), { code: 'ValidationException' })
  await assert.rejects(root.call('kms', 'CreateAlias', { AliasName: 'alias/b', TargetKeyId: 'alias/a' }), {
    code: 'NotFoundException',
    message: "Invalid keyId 'alias/a'",
  })
  for (let count = 1; count < 50; count++) await create(`alias/n${count}`)
  await assert.rejects(create('alias/one-too-many'), { code: 'LimitExceededException' })
})

test('an alias needs permission on itself and on its key', async (t) => {
  const { root, user } = await given(t)
  const { id: TargetKeyId, arn } = await newKey(root)
  const AliasName = 'alias/a'
  const aliasArn = `arn:aws:kms:${region}:${account}:${AliasName}`
  const [half, other, whole] = [
    await user('half', [allow('kms:*Alias', arn)]),
    await user('other', [allow('kms:*Alias', aliasArn)]),
    await user('whole', [allow('kms:*Alias', [arn, aliasArn])]),
  ]

  for (const caller of [half, other])
    await assert.rejects(caller.call('kms', 'CreateAlias', { AliasName, TargetKeyId }), {
      code: 'AccessDeniedException',
    })
  await whole.call('kms', 'CreateAlias', { AliasName, TargetKeyId })
  for (const caller of [half, other])
    await assert.rejects(caller.call('kms', 'DeleteAlias', { AliasName }), { code: 'AccessDeniedException' })
  await whole.call('kms', 'DeleteAlias', { AliasName })
})

test('tags are added, listed in pages, and taken away', async (t) => {
  const { root } = await given(t)
  const { id: KeyId } = await newKey(root, { Tags: [{ TagKey: 'b', TagValue: '1' }] })

  await root.call('kms', 'TagResource', {
    KeyId,
    Tags: [
      { TagKey: 'a', TagValue: '2' },
      { TagKey: '9', TagValue: '' },
    ],
  })
  const first = await root.call('kms', 'ListResourceTags', { KeyId, Limit: 2 })
  const second = await root.call('kms', 'ListResourceTags', { KeyId, Marker: first.NextMarker })
  assert.deepEqual(
    [...(first.Tags ?? []), ...(second.Tags ?? [])].map(({ TagKey }) => TagKey),
    ['9', 'a', 'b'],
  )

  await root.call('kms', 'UntagResource', { KeyId, TagKeys: ['a', 'b', 'none'] })
  assert.deepEqual((await root.call('kms', 'ListResourceTags', { KeyId })).Tags, [{ TagKey: '9', TagValue: '' }])

  const twice = [
    { TagKey: 'a', TagValue: '' },
    { TagKey: 'a', TagValue: '' },
  ]
  await assert.rejects(root.call('kms', 'TagResource', { KeyId, Tags: twice }), { code: 'TagException' })
  const ofAws = [{ TagKey: 'aws:x', TagValue: '' }]
  await assert.rejects(root.call('kms', 'CreateKey', { Tags: ofAws }), { code: 'TagException' })
  const many = Array.from({ length: 50 }, (_, index) => ({ TagKey: `k${index}`, TagValue: '' }))
  await assert.rejects(root.call('kms', 'TagResource', { KeyId, Tags: many }), { code: 'LimitExceededException' })
})

test('keys of kinds that are not served are refused by name', async (t) => {
  const { root } = await given(t)
  const refused = (input: object, code: string, message: RegExp) =>
    assert.rejects(root.call('kms', 'CreateKey', input), { code, message })

  await refused({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException', /KeySpec RSA_2048/)
  await refused({ CustomerMasterKeySpec: 'HMAC_256' }, 'UnsupportedOperationException', /KeySpec HMAC_256/)
  await refused({ Origin: 'EXTERNAL' }, 'UnsupportedOperationException', /Origin EXTERNAL/)
  await refused({ MultiRegion: true }, 'UnsupportedOperationException', /MultiRegion/)
  await refused({ CustomKeyStoreId: 'cks-1' }, 'UnsupportedOperationException', /custom key store/)
  await refused({ KeyUsage: 'SIGN_VERIFY' }, 'ValidationException', /KeyUsage SIGN_VERIFY is not compatible/)
  await refused({ KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'RSA_2048' }, 'ValidationException', /same request/)
  assert.deepEqual((await root.call('kms', 'ListKeys', {})).Keys, [])
})

test('what is wrong in a request about a key is refused', async (t) => {
  const { root } = await given(t)
  const { id: KeyId } = await newKey(root)

  for (const PendingWindowInDays of [6, 31])
    await assert.rejects(root.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays }), {
      code: 'ValidationException',
    })
  await assert.rejects(root.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 89 }), {
    code: 'ValidationException',
  })
  for (const wrong of ['alias/none', 'nothing', `arn:aws:kms:${region}:${account}:nothing/x`, 'arn:aws:s3:::b'])
    await assert.rejects(root.call('kms', 'EnableKey', { KeyId: wrong }), {
      code: 'NotFoundException',
      message: `Invalid keyId '${wrong}'`,
    })
  await assert.rejects(root.call('kms', 'DescribeKey', { KeyId, GrantTokens: ['x'] }), { code: 'ValidationException' })
  await assert.rejects(root.call('kms', 'GenerateRandom', {}), { code: 'ValidationException' })
  await assert.rejects(root.call('kms', 'GenerateRandom', { NumberOfBytes: 1, CustomKeyStoreId: 'x' }), {
    code: 'UnsupportedOperationException',
  })
  await assert.rejects(root.call('kms', 'ListGrants', { KeyId }), { code: 'UnknownOperationException' })
})

test('a key of another account cannot be used', async (t) => {
  const { root } = await given(t)
  const foreign = `arn:aws:kms:${region}:999999999999:key/11111111-2222-3333-4444-555555555555`

  await assert.rejects(root.call('kms', 'DescribeKey', { KeyId: foreign }), {
    code: 'AccessDeniedException',
    message: /because no resource-based policy allows the kms:DescribeKey action$/,
  })
})

test('a rotated key opens what it sealed before, and seals with new material', async (t) => {
  const later = world(t)
  const before = (await later(0)).root
  const { id: KeyId, arn } = await newKey(before)
  const { CiphertextBlob } = await before.call('kms', 'Encrypt', { KeyId, Plaintext })
  const first = (await before.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId
  assert.deepEqual(await before.call('kms', 'RotateKeyOnDemand', { KeyId }), { KeyId: arn })
  const second = (await before.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 1 })).KeyMaterialId
  await before.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 })

  const { root } = await later(91)
  const materialNow = async () => (await root.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId
  await isSoonTrue(async () => (await materialNow()) !== second)
  const third = await materialNow()

  assert.equal(new Set([first, second, third]).size, 3)
  const opened = await root.call('kms', 'Decrypt', { CiphertextBlob })
  assert.deepEqual([Buffer.from(opened.Plaintext ?? []), opened.KeyMaterialId], [Plaintext, first])
  const { Rotations = [] } = await root.call('kms', 'ListKeyRotations', { KeyId })
  assert.deepEqual(
    Rotations.map(({ KeyMaterialId, RotationType }) => [KeyMaterialId, RotationType]),
    [
      [second, 'ON_DEMAND'],
      [third, 'AUTOMATIC'],
    ],
  )
  const all = await root.call('kms', 'ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
  assert.deepEqual(
    all.Rotations?.map(({ KeyMaterialState }) => KeyMaterialState),
    ['NON_CURRENT', 'NON_CURRENT', 'CURRENT'],
  )
  const status = await root.call('kms', 'GetKeyRotationStatus', { KeyId })
  assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 90])
  await root.call('kms', 'DisableKeyRotation', { KeyId })
  assert.equal((await root.call('kms', 'GetKeyRotationStatus', { KeyId })).KeyRotationEnabled, false)
})

test('what one key sealed is sealed by another without being shown', async (t) => {
  const { root, user } = await given(t)
  const [one, other] = [await newKey(root), await newKey(root)]
  const alice = await user('alice', [allow('kms:ReEncryptFrom', one.arn), allow('kms:ReEncryptTo', other.arn)])
  const EncryptionContext = { Purpose: 'old' }
  const { CiphertextBlob } = await root.call('kms', 'Encrypt', { KeyId: one.id, Plaintext, EncryptionContext })
  const move = {
    CiphertextBlob,
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: other.id,
    DestinationEncryptionContext: { Purpose: 'new' },
  }

  const moved = await alice.call('kms', 'ReEncrypt', move)
  const opened = await root.call('kms', 'Decrypt', {
    CiphertextBlob: moved.CiphertextBlob,
    EncryptionContext: { Purpose: 'new' },
  })

  assert.deepEqual([moved.SourceKeyId, moved.KeyId, opened.KeyId], [one.arn, other.arn, other.arn])
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext)
  await assert.rejects(alice.call('kms', 'ReEncrypt', { ...move, DestinationKeyId: one.id }), {
    code: 'AccessDeniedException',
    message: /kms:ReEncryptTo on resource/,
  })
})

test('random bytes have the length that was asked for', async (t) => {
  const { root } = await given(t)

  assert.equal((await root.call('kms', 'GenerateRandom', { NumberOfBytes: 1024 })).Plaintext?.length, 1024)
})
