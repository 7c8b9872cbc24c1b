import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import {
  type AesGcm,
  EnvelopeError,
  encryptionContext,
  isSealed,
  openPayload,
  sealPayload,
  sessionKeys,
} from './kms-envelope.ts'

const aes: AesGcm = {
  seal(key, nonce, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  },
  open(key, nonce, sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  },
}
const dataKey = Uint8Array.from({ length: 64 }, (_, at) => at)
const agent = sessionKeys(dataKey, 'agent')
const client = sessionKeys(dataKey, 'client')
const nonce = new Uint8Array(12).fill(7)
const secret = new TextEncoder().encode('ls\n')
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

test('the agent sends with the first half of the data key and the client with the second', () => {
  assert.deepEqual(agent.sending, dataKey.subarray(0, 32))
  assert.deepEqual(agent.receiving, dataKey.subarray(32))
  assert.deepEqual(client, { sending: agent.receiving, receiving: agent.sending })
  for (const length of [0, 32, 63, 65]) {
    assert.throws(() => sessionKeys(new Uint8Array(length), 'agent'), EnvelopeError)
  }
})

test('a payload is the nonce, the ciphertext and the tag', () => {
  // Test case 14 of the GCM specification (McGrew and Viega): a key, a nonce and a plaintext of nothing but zeros.
  const zeros = (length: number) => new Uint8Array(length)

  const payload = sealPayload(zeros(16), zeros(32), zeros(12), aes)

  const expected = ['00'.repeat(12), 'cea7403d4d606b6e074ec5d3baf39d18', 'd0d1c8a799996bf0265b98b5d48ab919'].join('')
  assert.equal(Buffer.from(payload).toString('hex'), expected)
})

test('what either end seals, the other opens and it cannot itself', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), bytesOf(12), bytesOf(64), (plaintext, nonce, dataKey) => {
      const agent = sessionKeys(dataKey, 'agent')
      const client = sessionKeys(dataKey, 'client')
      const payload = sealPayload(plaintext, agent.sending, nonce, aes)
      assert.deepEqual(new Uint8Array(openPayload(payload, client.receiving, aes)), plaintext)
      assert.throws(
        () =>
          openPayload(
            payload,
            Uint8Array.from(agent.sending, (byte) => byte ^ 1),
            aes,
          ),
        EnvelopeError,
      )
    }),
  )
  assert.throws(() => openPayload(sealPayload(secret, agent.sending, nonce, aes), agent.receiving, aes), EnvelopeError)
})

test('a payload with any bit changed, or any part missing, does not open', () => {
  const payload = sealPayload(secret, client.sending, nonce, aes)
  for (let bit = 0; bit < payload.length * 8; bit++) {
    const changed = Uint8Array.from(payload, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
    assert.throws(() => openPayload(changed, agent.receiving, aes), EnvelopeError, `bit ${bit}`)
  }
  for (let length = 0; length < payload.length; length++) {
    assert.throws(
      () => openPayload(payload.subarray(0, length), agent.receiving, aes),
      EnvelopeError,
      `${length} bytes`,
    )
  }
  assert.throws(() => sealPayload(secret, client.sending, new Uint8Array(11), aes), EnvelopeError)
})

test('bytes are sealed, sizes and flags are not', () => {
  const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const
  assert.deepEqual(
    types.filter((type) => isSealed('agent', type)),
    [1, 11, 12],
  )
  assert.deepEqual(
    types.filter((type) => isSealed('client', type)),
    [1],
  )
})

test('the challenge is in the encryption context only if there is one', () => {
  const context = { 'aws:ssm:SessionId': 's', 'aws:ssm:TargetId': 'mi-1' }
  assert.deepEqual(encryptionContext('s', 'mi-1'), context)
  assert.deepEqual(encryptionContext('s', 'mi-1', 'r'), { ...context, 'aws:ssm:RandomChallenge': 'r' })
})
