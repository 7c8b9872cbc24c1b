import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StoreUnavailable } from '../database.ts'
import { Writer } from './writer.ts'

test('when the writer thread dies, what waits and what comes after is refused, and close ends', async () => {
  const path = join(tmpdir(), 'fairlead-nowhere', 'x.db')
  const lost: Error[] = []
  const writer = new Writer(
    { path },
    { statements: 10, bytes: 1_000 },
    () => {},
    (error) => lost.push(error),
  )
  const statement = { sql: 'DELETE FROM ship', params: [] }

  await assert.rejects(writer.write([statement]), StoreUnavailable)
  await assert.rejects(writer.write([statement]), StoreUnavailable)

  await writer.close()
  assert.deepEqual(
    lost.map(({ message }) => message),
    ['The database writer has stopped'],
  )
})

test('a writer that is closed is not lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-writer-'))
  const lost: Error[] = []
  const start = { path: join(folder, 'x.db') }
  const writer = new Writer(
    start,
    { statements: 10, bytes: 1_000 },
    () => {},
    (error) => lost.push(error),
  )

  await writer.close()

  assert.deepEqual(lost, [])
  rmSync(folder, { recursive: true })
})
