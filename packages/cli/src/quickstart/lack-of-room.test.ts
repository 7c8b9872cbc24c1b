import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../testing/server-folder.ts'
import { lackOfRoom } from './lack-of-room.ts'

test('a disk with less room than a sandbox takes is named, with what to do', (t) => {
  const folder = temporaryFolder(t)

  assert.match(lackOfRoom(folder, Number.MAX_SAFE_INTEGER) ?? '', /is full: make room, or choose .* --data-dir/)
  assert.equal(lackOfRoom(folder, 0), undefined)
  assert.equal(lackOfRoom(join(folder, 'none')), undefined)
})
