import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordedEvent } from '../../../domain/recorded-event.ts'
import { PendingEvents } from './pending-events.ts'

const counters = { add() {}, gauge() {} }
const mark: RecordedEvent = { kind: 'mark', atMs: 0, number: 0, bytes: new Uint8Array() }

test('a flood of what takes no bytes ends a recording too', () => {
  const pending = new PendingEvents({ mostBytes: 1_000, budget: { bytes: 0 }, counters })
  let last: readonly RecordedEvent[] = []
  for (let count = 0; count <= 1_000 && !pending.isCut; count++) {
    for (let one = 0; one < 1_000; one++) pending.add([mark])
    last = pending.first(Number.MAX_SAFE_INTEGER)
    pending.written(last)
  }
  pending.add([mark])
  last = [...last, ...pending.first(Number.MAX_SAFE_INTEGER)]

  assert.equal(pending.isCut, true)
  assert.match(Buffer.from(last.at(-1)?.bytes ?? []).toString(), /longest length of 1000000 events/)
})

test('what waits for the disk is bounded for all sessions together, and given back when it is written', () => {
  const budget = { bytes: 0 }
  const sessions = Array.from({ length: 20 }, () => new PendingEvents({ mostBytes: 2 ** 30, budget, counters }))
  const output: RecordedEvent = { ...mark, kind: 'output', bytes: new Uint8Array(1024 * 1024) }
  for (const session of sessions) for (let count = 0; count < 10; count++) session.add([output])

  assert.ok(budget.bytes <= 64 * 1024 * 1024)
  assert.deepEqual(
    sessions.map(({ lostBytes }) => lostBytes > 0),
    sessions.map(() => true),
  )
  for (const session of sessions) session.clear()
  assert.equal(budget.bytes, 0)
})
