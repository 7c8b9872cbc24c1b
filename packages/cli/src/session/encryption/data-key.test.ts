import assert from 'node:assert/strict'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ApiClient } from '../../api/api-client.ts'
import { dataKeys } from './data-key.ts'

function clientAt(url: string, credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' }): () => Promise<ApiClient> {
  const whole = { ...credentials, sessionToken: undefined }
  return async () =>
    new ApiClient({ endpoint: { url }, region: 'us-east-1', credentials: whole, now: () => new Date() })
}

test('a data key is good for its session on its node alone', async (t) => {
  const { root, url, rootCredentials } = await given(t)
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const wanted = { keyId: KeyMetadata?.KeyId ?? '', challenge: '' }
  const key = await dataKeys(clientAt(url, rootCredentials), 'mi-1')('me-1', wanted)
  const CiphertextBlob = key.wrapped.ciphertext
  const open = (session: string, target: string) =>
    root.call('kms', 'Decrypt', {
      CiphertextBlob,
      EncryptionContext: { 'aws:ssm:SessionId': session, 'aws:ssm:TargetId': target },
    })

  assert.equal(key.plaintext.length, 64)
  assert.deepEqual(new Uint8Array((await open('me-1', 'mi-1')).Plaintext ?? []), new Uint8Array(key.plaintext))
  await assert.rejects(open('me-2', 'mi-1'), { code: 'InvalidCiphertextException' })
  await assert.rejects(open('me-1', 'mi-2'), { code: 'InvalidCiphertextException' })
})

test('without a target, or without KMS, there is no key, and the user is told why', async () => {
  const wanted = { keyId: 'alias/sessions', challenge: '' }

  await assert.rejects(dataKeys(clientAt('http://127.0.0.1:1'), '')('me-1', wanted), /does not tell the target/)
  await assert.rejects(
    dataKeys(clientAt('http://127.0.0.1:1'), 'mi-1')('me-1', wanted),
    /server at http:\/\/127\.0\.0\.1:1 does not answer/,
  )
})
