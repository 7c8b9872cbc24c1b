import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionLostAfterMs, inactiveAfterMs, presence } from './managed-node.ts'

const registeredAt = new Date('2026-01-01T00:00:00Z')
const lastPingAt = new Date('2026-02-01T00:00:00Z')
const heard = { registeredAt, lastPingAt }
const msLater = (ms: number) => new Date(lastPingAt.getTime() + ms)

test('a node with an open channel is Online, however long it has not pinged', () => {
  assert.equal(presence(heard, true, msLater(inactiveAfterMs * 2)), 'Online')
  assert.equal(presence({ registeredAt }, true, registeredAt), 'Online')
})

test('a node without a channel is Online for as long as its last ping is recent', () => {
  assert.equal(presence(heard, false, msLater(0)), 'Online')
  assert.equal(presence(heard, false, msLater(connectionLostAfterMs - 1)), 'Online')
  assert.equal(presence(heard, false, msLater(connectionLostAfterMs)), 'ConnectionLost')
})

test('two missed pings do not lose a node, the third does', () => {
  const ping = 5 * 60_000
  assert.equal(presence(heard, false, msLater(2 * ping)), 'Online')
  assert.equal(presence(heard, false, msLater(3 * ping)), 'ConnectionLost')
})

test('a node that stays silent for a month is Inactive, and no sooner', () => {
  assert.equal(presence(heard, false, msLater(inactiveAfterMs - 1)), 'ConnectionLost')
  assert.equal(presence(heard, false, msLater(inactiveAfterMs)), 'Inactive')
})

test('a node that was never heard is Inactive, not lost', () => {
  assert.equal(presence({ registeredAt }, false, registeredAt), 'Inactive')
})

test('a ping from a clock ahead of ours is recent', () => {
  assert.equal(presence(heard, false, msLater(-60_000)), 'Online')
})
