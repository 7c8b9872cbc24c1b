import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { given, removal } from '@fairlead/testkit/given'
import { startServer } from './compose.ts'
import { readConfig } from './config.ts'
import { explainStartFailure } from './start-failure.ts'
import { systemClock } from './system-clock.ts'

async function dataDirOfServer(t: TestContext): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-compose-'))
  t.after(() => rmSync(dataDir, removal))
  const { stop } = await given(t, { dataDir, secure: true })
  await stop()
  return dataDir
}

function start(dataDir: string, ...listen: string[]) {
  const config = readConfig(['--data-dir', dataDir, ...listen.flatMap((url) => ['--listen', url])], {})
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return startServer(config, { clock: systemClock, randomBytes, log })
}

test('a start that fails lets go of the data directory, and of the ports that it had taken', async (t) => {
  const dataDir = await dataDirOfServer(t)
  const taken = createServer().listen(0, '127.0.0.1')
  t.after(() => taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  writeFileSync(join(dataDir, 'tls', 'ca.key'), 'damaged')

  await assert.rejects(start(dataDir, 'https://127.0.0.1:0'), /do not belong together/)
  await assert.rejects(start(dataDir, 'http://127.0.0.1:0', `http://127.0.0.1:${port}`), { code: 'EADDRINUSE' })

  const { url } = await given(t, { dataDir })
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
})

test('a damaged database is told with what to do', async (t) => {
  const dataDir = await dataDirOfServer(t)
  writeFileSync(join(dataDir, 'fairlead.db'), 'x'.repeat(9_000))

  const failure: unknown = await start(dataDir, 'http://127.0.0.1:0').catch((error: unknown) => error)

  assert.match(explainStartFailure(failure), /is damaged .*Restore it/)
})
