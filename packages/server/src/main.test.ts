import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../bin/fairlead.mjs', import.meta.url))
const mortal = new URL('./store/sqlite/testing/end-writer-on-signal.ts', import.meta.url).href

test('a server whose database writer dies says so once, and ends with 1', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-main-'))
  const options = ['--data-dir', dataDir, '--listen', 'http://127.0.0.1:0']
  const server = spawn(process.execPath, ['--import', mortal, program, 'server', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => {
    server.kill('SIGKILL')
    rmSync(dataDir, { recursive: true })
  })
  let told = ''
  server.stderr.on('data', (part: Buffer) => {
    told += part.toString()
  })
  await once(server.stdout, 'data')

  server.kill('SIGUSR2')
  const [code] = await once(server, 'close')

  assert.equal(code, 1, told)
  assert.equal(told.match(/"level":50/g)?.length, 1, told)
  assert.match(told, /The database writer has stopped[\s\S]*start it again/)
})
