import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../clock.ts'
import { createLog } from '../../log.ts'
import { SessionLogFolder } from './session-log-folder.ts'

const mebibyte = 1024 * 1024

function givenFolder(t: TestContext, logs: readonly (readonly [id: string, bytes: number, second: number])[]) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-logs-'))
  t.after(() => rmSync(stateDirectory, { recursive: true, force: true }))
  const path = join(stateDirectory, 'session-logs')
  mkdirSync(path, { recursive: true })
  for (const [id, bytes, second] of logs) {
    writeFileSync(join(path, `${id}.cast`), Buffer.alloc(bytes))
    utimesSync(join(path, `${id}.cast`), second, second)
  }
  const world = { clock: systemClock, log: createLog(systemClock, 'error', () => undefined), ticks: () => 0 }
  return {
    folder: new SessionLogFolder(stateDirectory, { mostBytesOfOne: mebibyte, mostBytesOfAll: 20 * mebibyte }),
    goesOn: (id: string) => mkdirSync(join(stateDirectory, 'sessions', id), { recursive: true }),
    left: () => readdirSync(path).sort(),
    world,
  }
}

test('old logs go, but for those of sessions that go on', (t) => {
  const { folder, goesOn, left } = givenFolder(t, [
    ['old', 1, 100],
    ['old-and-open', 1, 100],
    ['new', 1, 200],
  ])
  goesOn('old-and-open')
  folder.sweep(150_000)
  assert.deepEqual(left(), ['new.cast', 'old-and-open.cast'])
})

test('a new log has room: the oldest of sessions that have ended go, and no more than needed', async (t) => {
  const { folder, goesOn, left, world } = givenFolder(t, [
    ['open', 6 * mebibyte, 1],
    ['oldest', 6 * mebibyte, 2],
    ['newer', 5 * mebibyte, 3],
  ])
  goesOn('open')
  await folder.begin('me', 'mi-0', world).close()
  assert.deepEqual(left(), ['me.cast', 'newer.cast', 'open.cast'])
})

test('there is none when the logs of sessions that go on take all room', (t) => {
  const { folder, goesOn, world } = givenFolder(t, [['open', 13 * mebibyte, 1]])
  goesOn('open')
  assert.throws(() => folder.begin('me', 'mi-0', world), /logs of sessions that go on fill/)
})
