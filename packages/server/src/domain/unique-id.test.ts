import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { newAccessKey } from './access-key.ts'
import { uniqueId } from './unique-id.ts'

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')

test("ids have the length and the letters of AWS's", () => {
  assert.match(uniqueId('AIDA', randomHex), /^AIDA[A-Z2-7]{17}$/)
  assert.match(uniqueId('AKIA', randomHex), /^AKIA[A-Z2-7]{16}$/)
})

test('every bit of randomness comes from outside', () => {
  assert.equal(
    uniqueId('AROA', (bytes) => '00'.repeat(bytes)),
    'AROAAAAAAAAAAAAAAAAAA',
  )
})

test('a new key has a secret of 40 characters and the time it is told', () => {
  const at = new Date('2026-01-02T03:04:05Z')

  const key = newAccessKey(at, randomHex)

  assert.match(key.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.match(key.secret, /^[A-Za-z0-9+/]{40}$/)
  assert.equal(key.createdAt, at)
})
