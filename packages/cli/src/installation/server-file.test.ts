import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, writeServerJson } from '../testing/server-folder.ts'
import { readServerFile } from './server-file.ts'

test('a data directory without a running server has no server file', (t) => {
  assert.equal(readServerFile(temporaryFolder(t)), undefined)
  assert.equal(readServerFile(join(temporaryFolder(t), 'not-there')), undefined)
})

test('files that the server named from elsewhere are found in its data directory', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir, { credentialsFile: 'fairlead-data/credentials', caFile: 'fairlead-data/tls/ca.pem' })

  const file = readServerFile(dataDir)

  assert.equal(file?.credentialsFile, join(dataDir, 'credentials'))
  assert.equal(file?.caFile, join(dataDir, 'tls/ca.pem'))
})

test('a server without https has no authority', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir, { caFile: undefined })

  assert.equal(readServerFile(dataDir)?.caFile, undefined)
})

test('a damaged file is told as such, with what to do', (t) => {
  const dataDir = temporaryFolder(t)
  for (const text of ['', '{', 'null', '[]', '{"urls":["x"]}', `"${'x'.repeat(70_000)}"`]) {
    writeFileSync(join(dataDir, 'server.json'), text)
    assert.throws(() => readServerFile(dataDir), /damaged. Start the server again/, text.slice(0, 20))
  }
  writeServerJson(dataDir, { pid: -1 })
  assert.throws(() => readServerFile(dataDir), /damaged/)
})
