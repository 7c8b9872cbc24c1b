import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { bundleEntry } from '@fairlead/wire/agent-bundle'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { readLaunch } from './launch.ts'
import { tryVersion } from './replace-agent.ts'
import { readUpdateRecord } from './update-record.ts'
import { Versions } from './versions.ts'

/** Longer than what any system starts a program with. */
const tooMuch = 'x'.repeat(4 * 1024 * 1024)

async function tryIt(
  t: TestContext,
  { args = [] as readonly string[], folder = '.', program = 'process.exit(3)', current = '' } = {},
) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-replace-'))
  t.after(() => rmSync(stateDirectory, { recursive: true, force: true }))
  const place = join(stateDirectory, 'versions', '2.0.0')
  const entry = join(place, bundleEntry)
  mkdirSync(dirname(entry), { recursive: true })
  writeFileSync(entry, program)
  if (current !== '') mkdirSync(join(stateDirectory, 'versions', 'current', current), { recursive: true })
  const step = join(stateDirectory, folder)
  const record = { phase: 'trial', from: '1.0.0', to: '2.0.0', trials: 1, bytes: 7 } as const
  await tryVersion(
    { version: '2.0.0', entry, folder: step, record },
    {
      launch: readLaunch({}),
      args,
      stateDirectory,
      versions: new Versions(stateDirectory),
      log: createLog(systemClock, 'error', () => undefined),
      clock: systemClock,
      patienceMs: 60_000,
      stopping: new AbortController().signal,
      tell: () => undefined,
    },
  )
  return { place, record: readUpdateRecord(step) }
}

test('a version that the system does not start is rolled back, and the agent lives on', async (t) => {
  const { place, record } = await tryIt(t, { args: [tooMuch] })
  assert.equal(record?.phase, 'failed')
  assert.match(record?.reason ?? '', /could not be started: .*E2BIG/)
  assert.ok(!existsSync(place))
})

test('a version that does not work is removed also when that cannot be written down', async (t) => {
  const { place, record } = await tryIt(t, { args: [tooMuch], folder: 'nowhere' })
  assert.equal(record, undefined)
  assert.ok(!existsSync(place))
})

test('a version that works and cannot be switched to is no other trial, and the failure says why', async (t) => {
  const program = "process.stdout.write('healthy\\n'); process.stdin.resume()"
  const { place, record } = await tryIt(t, { program, current: 'in the way' })
  assert.equal(record?.phase, 'failed')
  assert.match(
    record?.reason ?? '',
    /it worked, and could not be made the one that runs: .*(?:EISDIR|ENOTEMPTY|EEXIST)/,
  )
  assert.ok(!existsSync(place))
})
