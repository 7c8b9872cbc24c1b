import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { account, allow, deny, given, region } from '@fairlead/testkit/given'

const secret = Buffer.from('attack at dawn')

async function newKey(client: ApiClient): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await client.call('kms', 'CreateKey', {})
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

async function encrypted(client: ApiClient, KeyId: string, EncryptionContext?: Record<string, string>) {
  const { CiphertextBlob } = await client.call('kms', 'Encrypt', { KeyId, Plaintext: secret, EncryptionContext })
  assert.ok(CiphertextBlob)
  return CiphertextBlob
}

test('what is encrypted under a key is decrypted without naming the key', async (t) => {
  const { root } = await given(t)
  const { id, arn } = await newKey(root)

  const sealed = await root.call('kms', 'Encrypt', { KeyId: id, Plaintext: secret })
  const opened = await root.call('kms', 'Decrypt', { CiphertextBlob: sealed.CiphertextBlob })

  assert.deepEqual([sealed.KeyId, sealed.EncryptionAlgorithm], [arn, 'SYMMETRIC_DEFAULT'])
  assert.deepEqual([opened.KeyId, opened.EncryptionAlgorithm], [arn, 'SYMMETRIC_DEFAULT'])
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), secret)
  assert.ok(!Buffer.from(sealed.CiphertextBlob ?? []).includes(secret))
})

test('the same plaintext never has the same ciphertext', async (t) => {
  const { root } = await given(t)
  const { id } = await newKey(root)

  assert.notDeepEqual(await encrypted(root, id), await encrypted(root, id))
})

test('a ciphertext opens only under the encryption context that it was made with', async (t) => {
  const { root } = await given(t)
  const { id } = await newKey(root)
  const CiphertextBlob = await encrypted(root, id, { Purpose: 'test', Other: 'x' })

  const opened = (EncryptionContext: Record<string, string> | undefined) =>
    root.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext })
  assert.deepEqual(Buffer.from((await opened({ Other: 'x', Purpose: 'test' })).Plaintext ?? []), secret)

  for (const wrong of [
    undefined,
    { Purpose: 'test' },
    { Purpose: 'Test', Other: 'x' },
    { purpose: 'test', Other: 'x' },
  ])
    await assert.rejects(opened(wrong), { code: 'InvalidCiphertextException', status: 400 })
})

test('whatever bit of a ciphertext is flipped, it does not open', async (t) => {
  const { root } = await given(t)
  const { id } = await newKey(root)
  const whole = await encrypted(root, id)

  for (let bit = 0; bit < whole.length * 8; bit += 5) {
    const CiphertextBlob = Uint8Array.from(whole)
    CiphertextBlob[bit >> 3] = (CiphertextBlob[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await assert.rejects(
      root.call('kms', 'Decrypt', { CiphertextBlob }),
      { code: 'InvalidCiphertextException' },
      `${bit}`,
    )
  }
  for (const length of [1, 20, 48, 64, 65, whole.length - 1]) {
    const CiphertextBlob = whole.subarray(0, length)
    await assert.rejects(root.call('kms', 'Decrypt', { CiphertextBlob }), { code: 'InvalidCiphertextException' })
  }
})

test('a caller who names another key than the ciphertext does is told so', async (t) => {
  const { root } = await given(t)
  const [one, other] = [await newKey(root), await newKey(root)]
  const CiphertextBlob = await encrypted(root, one.id)

  await root.call('kms', 'Decrypt', { CiphertextBlob, KeyId: one.arn })
  await assert.rejects(root.call('kms', 'Decrypt', { CiphertextBlob, KeyId: other.arn }), {
    code: 'IncorrectKeyException',
    message: 'The key ID in the request does not identify a CMK that can perform this operation.',
  })
})

test('a data key has the length that was asked for, and opens again', async (t) => {
  const { root } = await given(t)
  const { id, arn } = await newKey(root)
  const EncryptionContext = { 'aws:ssm:SessionId': 'alice-1', 'aws:ssm:TargetId': 'mi-1' }

  for (const [input, length] of [
    [{ NumberOfBytes: 64 }, 64],
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
  ] as const) {
    const made = await root.call('kms', 'GenerateDataKey', { KeyId: id, EncryptionContext, ...input })
    const { CiphertextBlob } = made
    const opened = await root.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext, KeyId: id })
    assert.equal(made.Plaintext?.length, length)
    assert.equal(made.KeyId, arn)
    assert.deepEqual(opened.Plaintext, made.Plaintext)
  }
  const hidden = await root.call('kms', 'GenerateDataKeyWithoutPlaintext', { KeyId: id })
  assert.equal('Plaintext' in hidden, false)
  assert.equal((await root.call('kms', 'Decrypt', { CiphertextBlob: hidden.CiphertextBlob })).Plaintext?.length, 32)
})

test('an unknown key is not found by who might use it, and refused to who might not', async (t) => {
  const { root, caller: alice, user } = await given(t, { policies: [] })
  const KeyId = '11111111-2222-3333-4444-555555555555'
  const arn = `arn:aws:kms:${region}:${account}:key/${KeyId}`
  const bob = await user('bob', [allow('kms:*')])

  await assert.rejects(bob.call('kms', 'DescribeKey', { KeyId }), {
    code: 'NotFoundException',
    message: `Key '${arn}' does not exist`,
  })
  await assert.rejects(root.call('kms', 'DescribeKey', { KeyId: 'alias/none' }), {
    code: 'NotFoundException',
    message: `Alias arn:aws:kms:${region}:${account}:alias/none is not found.`,
  })
  await assert.rejects(root.call('kms', 'DescribeKey', { KeyId: 'none' }), { message: "Invalid keyId 'none'" })
  await assert.rejects(alice.call('kms', 'DescribeKey', { KeyId }), {
    code: 'AccessDeniedException',
    status: 400,
    message: `User: arn:aws:iam::${account}:user/alice is not authorized to perform: kms:DescribeKey on resource: ${arn} because no identity-based policy allows the kms:DescribeKey action`,
  })
})

test('policies may ask for the encryption context', async (t) => {
  const { root, user } = await given(t)
  const { id } = await newKey(root)
  const onlyOwn = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
          StringEquals: { 'kms:EncryptionContext:Owner': '${aws:username}' },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Owner', 'Purpose'] },
        },
      },
    ],
  }
  const alice = await user('alice', [onlyOwn])

  await encrypted(alice, id, { Owner: 'alice' })
  await encrypted(alice, id, { Owner: 'alice', Purpose: 'x' })
  for (const wrong of [undefined, { Owner: 'bob' }, { Owner: 'alice', Else: 'x' }])
    await assert.rejects(encrypted(alice, id, wrong), { code: 'AccessDeniedException' })
})

test('an explicit deny in an identity policy holds against the key policy', async (t) => {
  const { root, user } = await given(t)
  const { id, arn } = await newKey(root)
  const alice = await user('alice', [allow('kms:*'), deny('kms:Decrypt', arn)])
  const CiphertextBlob = await encrypted(alice, id)

  await assert.rejects(alice.call('kms', 'Decrypt', { CiphertextBlob }), {
    message: /on resource: .*:key\/.* with an explicit deny in an identity-based policy$/,
  })
})

test('what is wrong in a cryptographic request is refused in words', async (t) => {
  const { root } = await given(t)
  const { id: KeyId } = await newKey(root)
  const Plaintext = secret
  const CiphertextBlob = await encrypted(root, KeyId)

  const refused = (call: Promise<unknown>, code: string, message?: string | RegExp) =>
    assert.rejects(call, message === undefined ? { code } : { code, message })
  await refused(root.call('kms', 'Encrypt', { KeyId, Plaintext: new Uint8Array(4097) }), 'ValidationException')
  await refused(root.call('kms', 'Encrypt', { KeyId, Plaintext: new Uint8Array(0) }), 'ValidationException')
  await refused(root.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 0 }), 'ValidationException')
  await refused(root.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 1025 }), 'ValidationException')
  const either = 'Please specify either number of bytes or key spec.'
  await refused(root.call('kms', 'GenerateDataKey', { KeyId }), 'ValidationException', either)
  const both = { KeyId, NumberOfBytes: 32, KeySpec: 'AES_256' } as const
  await refused(root.call('kms', 'GenerateDataKey', both), 'ValidationException', either)
  await refused(root.call('kms', 'Encrypt', { KeyId, Plaintext, GrantTokens: ['x'] }), 'InvalidGrantTokenException')
  const rsa = { KeyId, Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
  await refused(root.call('kms', 'Encrypt', rsa), 'InvalidKeyUsageException')
  const long = { Purpose: 'x'.repeat(8_192) }
  await refused(encrypted(root, KeyId, long), 'ValidationException', /encryption context is too long/)
  await refused(root.call('kms', 'Encrypt', { KeyId, Plaintext, DryRun: true }), 'DryRunOperationException')
  await refused(root.call('kms', 'Decrypt', { CiphertextBlob, DryRun: true }), 'DryRunOperationException')
  await refused(
    root.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 1, DryRun: true }),
    'DryRunOperationException',
  )
  await refused(root.call('kms', 'Decrypt', { CiphertextBlob, Recipient: {} }), 'ValidationException', /Recipient/)
  await refused(root.call('kms', 'Decrypt', {}), 'ValidationException', /ciphertextBlob/)
})
