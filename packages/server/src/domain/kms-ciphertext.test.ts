import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ciphertextRandomness, decrypt, encrypt, readCiphertext } from './kms-ciphertext.ts'
import { encryptionContextBytes } from './kms-encryption-context.ts'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
const context = fc.dictionary(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  {
    maxKeys: 4,
  },
)
const version = fc.integer({ min: 1, max: 0xffff_ffff })
const head = fc.record({ keyId: fc.uuid(), materialVersion: version }, { noNullPrototype: true })
const material = new Uint8Array(32).fill(5)

function sealed(plaintext: Uint8Array, encryption: Omit<Parameters<typeof encrypt>[1], 'material'>): Uint8Array {
  return encrypt(plaintext, { ...encryption, material }, randomBytes(ciphertextRandomness))
}

test('what is sealed says its key and opens again', () => {
  fc.assert(
    fc.property(bytes, head, context, (plaintext, head, context) => {
      const ciphertext = sealed(plaintext, { head, context })
      assert.deepEqual(readCiphertext(ciphertext), head)
      assert.deepEqual(decrypt(ciphertext, { head, material, context }), plaintext)
    }),
  )
})

test('with any bit flipped, cut anywhere, or under another context or material it does not open', () => {
  fc.assert(
    fc.property(bytes, head, context, context, fc.nat(), (plaintext, head, context, other, at) => {
      const ciphertext = sealed(plaintext, { head, context })
      const flipped = Uint8Array.from(ciphertext)
      const place = at % ciphertext.length
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (at % 8))

      assert.equal(decrypt(flipped, { head, material, context }), undefined)
      assert.equal(decrypt(ciphertext.subarray(0, place), { head, material, context }), undefined)
      assert.equal(decrypt(ciphertext, { head, material: material.map((byte) => byte ^ 1), context }), undefined)
      const isSame = encryptionContextBytes(other).equals(encryptionContextBytes(context))
      if (!isSame) assert.equal(decrypt(ciphertext, { head, material, context: other }), undefined)
    }),
  )
})

test('no bytes make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), head, (ciphertext, head) => {
      readCiphertext(ciphertext)
      assert.equal(decrypt(ciphertext, { head, material, context: {} }), undefined)
    }),
  )
})

test('only the same pairs have the same bytes, in whatever order they come', () => {
  fc.assert(
    fc.property(context, context, (one, other) => {
      const backwards = Object.fromEntries(Object.entries(one).reverse())
      assert.deepEqual(encryptionContextBytes(backwards), encryptionContextBytes(one))
      const isSame = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
      assert.equal(encryptionContextBytes(one).equals(encryptionContextBytes(other)), isSame)
    }),
  )
  assert.notDeepEqual(encryptionContextBytes({ ab: 'c' }), encryptionContextBytes({ a: 'bc' }))
  assert.notDeepEqual(encryptionContextBytes({ '\ud800': '' }), encryptionContextBytes({ '\ud801': '' }))
})
