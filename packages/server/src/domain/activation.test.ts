import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activationExpiry, defaultActivationMs, isExpired, isUsedUp, longestActivationMs } from './activation.ts'

const now = new Date('2026-01-01T00:00:00Z')
const msLater = (ms: number) => new Date(now.getTime() + ms)

test('an activation lasts a day when nothing is said', () => {
  assert.deepEqual(activationExpiry(undefined, now), msLater(defaultActivationMs))
})

test('an activation may last thirty days and not a moment longer', () => {
  assert.deepEqual(activationExpiry(msLater(longestActivationMs), now), msLater(longestActivationMs))
  assert.equal(activationExpiry(msLater(longestActivationMs + 1), now), 'too-late')
})

test('an activation cannot end before it begins', () => {
  assert.equal(activationExpiry(now, now), 'past')
  assert.equal(activationExpiry(msLater(-1), now), 'past')
  assert.deepEqual(activationExpiry(msLater(1), now), msLater(1))
})

test('an activation has expired at its very expiration date', () => {
  assert.equal(isExpired({ expiresAt: now }, msLater(-1)), false)
  assert.equal(isExpired({ expiresAt: now }, now), true)
})

test('an activation is used up by as many nodes as its limit says', () => {
  const activation = {
    activationId: 'a',
    codeHash: '',
    roleName: 'r',
    registrationLimit: 2,
    createdAt: now,
    expiresAt: now,
    tags: {},
  }
  assert.equal(isUsedUp({ ...activation, registrationsCount: 1 }), false)
  assert.equal(isUsedUp({ ...activation, registrationsCount: 2 }), true)
})
