import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { systemClock } from './clock.ts'
import { startAgent } from './compose.ts'
import { type AgentConfig, usualTimings } from './config.ts'
import { createLog } from './log.ts'

const server = new FakeControlPlane()
await server.listen()
const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-agent-'))
const config: AgentConfig = {
  endpoint: new URL(server.url),
  region: 'us-east-1',
  stateDirectory,
  activation: server.activation,
  caFile: undefined,
  logLevel: 'error',
  commandWorkers: 5,
  outputLimitBytes: 1_000_000,
  rebootCommand: [],
  workingDirectory: '/',
  environment: { PATH: process.env['PATH'] ?? '' },
  timings: usualTimings,
}
const agent = await startAgent(config, {
  clock: systemClock,
  log: createLog(systemClock, 'error', (line) => process.stderr.write(line)),
  newId: randomUUID,
  random: Math.random,
})
after(async () => {
  agent?.stop()
  await server.close()
  rmSync(stateDirectory, { recursive: true })
})
await server.until('a channel', () => server.isConnected)

test('a command runs and its output comes back', async () => {
  const commandId = server.sendCommand({ steps: [['echo hello', 'echo oops >&2', 'exit 3']] })

  const end = await server.endOf(commandId)
  const [result] = end.content.plugins.values()
  assert.equal(end.content.documentStatus, 'Failed')
  assert.equal(result?.code, 3)
  assert.equal(result?.standardOutput, 'hello\n')
  assert.equal(result?.standardError, 'oops\nfailed to run commands: exit status 3')
})
