import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder } from './make-folder.ts'

test('a folder is made with those above it, for its owner alone, and once', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-folder-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'one', 'two')

  makeFolder(path)
  makeFolder(path)

  for (const made of [path, join(folder, 'one')]) assert.equal(statSync(made).mode & 0o777, 0o700)
})

test('a folder that nobody can make fails at once', { skip: process.platform !== 'linux' }, () => {
  assert.throws(() => makeFolder('/proc/one/two'), { code: 'ENOENT', path: '/proc/one' })
})
