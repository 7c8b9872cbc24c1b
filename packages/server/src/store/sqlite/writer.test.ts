import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StoreUnavailable } from '../database.ts'
import { Writer } from './writer.ts'

test('when the writer thread dies, what waits and what comes after is refused, and close ends', async () => {
  const path = join(tmpdir(), 'fairlead-nowhere', 'x.db')
  const writer = new Writer({ path }, { statements: 10, bytes: 1_000 }, () => {})
  const statement = { sql: 'DELETE FROM ship', params: [] }

  await assert.rejects(writer.write([statement]), StoreUnavailable)
  await assert.rejects(writer.write([statement]), StoreUnavailable)

  await writer.close()
})
