import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { HistorySweep } from './history-sweep.ts'

const hour = 60 * 60_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('histories are swept one step at a time, in order, and again after an hour', async () => {
  const clock = new ManualClock(new Date('2026-03-31T12:00:00Z'))
  const steps: string[] = []
  let left = 2
  const sweep = new HistorySweep({
    clock,
    log: { error() {} },
    days: 30,
    histories: [
      {
        name: 'long',
        async drop(before) {
          steps.push(`long ${before.toISOString()}`)
          return --left > 0
        },
      },
      {
        name: 'short',
        async drop() {
          steps.push('short')
          return false
        },
      },
    ],
  })
  sweep.start()

  for (let waited = 0; waited < 10; waited++) {
    clock.advance(100)
    await turn()
  }
  const first = [...steps]
  clock.advance(hour)
  await turn()
  await sweep.close()
  clock.advance(2 * hour)
  await turn()

  assert.deepEqual(first, ['long 2026-03-01T12:00:00.100Z', 'long 2026-03-01T12:00:00.200Z', 'short'])
  assert.equal(steps.length, 4)
})

test('a history that cannot be dropped is told, and does not keep the others', async () => {
  const clock = new ManualClock()
  const told: unknown[] = []
  let swept = false
  const sweep = new HistorySweep({
    clock,
    log: { error: (fields) => told.push(fields) },
    days: 30,
    histories: [
      { name: 'broken', drop: () => Promise.reject(new Error('disk')) },
      {
        name: 'whole',
        async drop() {
          swept = true
          return false
        },
      },
    ],
  })
  sweep.start()

  for (let waited = 0; waited < 3; waited++) {
    clock.advance(100)
    await turn()
  }
  await sweep.close()

  assert.equal(told.length, 1)
  assert.ok(swept)
})

test('a server drops the audit and the outputs of days that are over, and keeps what is not its own', async (t) => {
  const clock = new ManualClock(new Date('2026-03-31T12:00:00Z'))
  const server = await given(t, { clock, historyDays: 10 })
  const audit = join(server.dataDir, 'audit')
  const outputs = join(server.dataDir, 'outputs')
  const old = [join(audit, '2026-03-20.jsonl'), join(outputs, '20260320-1.blobs')]
  const kept = [join(audit, '2026-03-21.jsonl'), join(outputs, '20260321-1.blobs'), join(audit, 'notes.jsonl')]
  for (const file of [...old, ...kept]) writeFileSync(file, '')

  await eventually(async () => {
    clock.advance(100)
    return old.some((file) => existsSync(file)) ? undefined : true
  }, 'old files are gone')

  for (const file of kept) assert.ok(existsSync(file), file)
  assert.deepEqual(readdirSync(outputs), ['20260321-1.blobs'])
})
