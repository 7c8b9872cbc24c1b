import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../clock.ts'
import { findScript, startScript } from './script.ts'
import { StepFolder } from './step-folder.ts'

function givenFolder(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const path = join(root, 'it\'s a "step" $HOME')
  mkdirSync(path)
  return new StepFolder(path)
}

function start(folder: StepFolder, line: string) {
  const command = ['/bin/sh', '-c', line]
  const environment = { PATH: '/usr/bin:/bin' }
  return startScript({ folder, command, workingDirectory: '/', environment, outputLimitBytes: 1e6 }, systemClock)
}

test('the exit code is written down for agents to come', async (t) => {
  const folder = givenFolder(t)
  assert.deepEqual(await start(folder, 'exit 42').outcome, { kind: 'exited', code: 42 })
  assert.deepEqual(await findScript(folder, 1e6, systemClock).outcome, { kind: 'exited', code: 42 })
})

test('a script does not run in a folder that somebody claimed before it', async (t) => {
  const folder = givenFolder(t)
  const proof = join(folder.path, 'proof')
  assert.equal(folder.claim(), true)

  const outcome = await start(folder, `touch '${proof.replaceAll("'", `'\\''`)}'`).outcome

  assert.equal(outcome.kind, 'not-run')
  assert.equal(existsSync(proof), false)
  assert.equal(folder.claim(), false)
})

test('a start that never came is claimed, so that it cannot come later', async (t) => {
  const folder = givenFolder(t)
  assert.equal((await findScript(folder, 1e6, systemClock).outcome).kind, 'not-run')
  assert.equal((await start(folder, 'true').outcome).kind, 'not-run')
})

test('a start that an agent claimed before it died is known by the next one not to have come', async (t) => {
  const folder = givenFolder(t)
  folder.claim()

  assert.equal((await findScript(folder, 1e6, systemClock).outcome).kind, 'not-run')
})

/** A folder whose script starts just when it is about to be claimed: in this process, which is alive. */
class LateStart extends StepFolder {
  override claim(): boolean {
    const started = join(this.path, 'started')
    if (!existsSync(started)) writeFileSync(started, readFileSync('/proc/self/stat'))
    return super.claim()
  }
}

test('a script that starts while it is looked for is waited for', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = new LateStart(givenFolder(t).path)
  const found = findScript(folder, 1e6, systemClock)
  writeFileSync(join(folder.path, 'exit'), '7\n')

  assert.deepEqual(await found.outcome, { kind: 'exited', code: 7 })
})

test('a running script is found again and can be killed by who found it', async (t) => {
  const folder = givenFolder(t)
  const first = start(folder, 'echo up; sleep 100')
  while (folder.runner() === undefined) await new Promise((resolve) => setImmediate(resolve))
  first.leave()
  const found = findScript(folder, 1e6, systemClock)
  found.kill('Cancelled')

  assert.deepEqual(await found.outcome, { kind: 'killed', reason: 'Cancelled' })
})

test('a process that has the number of a script but not its start time is not taken for it', async (t) => {
  const folder = givenFolder(t)
  const own = readFileSync('/proc/self/stat', 'utf8').split(' ')
  own[21] = '1'
  writeFileSync(join(folder.path, 'started'), own.join(' '))

  assert.deepEqual(await findScript(folder, 1e6, systemClock).outcome, { kind: 'vanished' })
})

test('a script killed by somebody else leaves no exit code behind, and that is said', async (t) => {
  const folder = givenFolder(t)
  assert.deepEqual(await start(folder, 'kill -9 $PPID').outcome, { kind: 'vanished' })
})

test('background processes do not hold up the end of a script', async (t) => {
  const folder = givenFolder(t)
  assert.deepEqual(await start(folder, 'sleep 1 & exit 0').outcome, { kind: 'exited', code: 0 })
})
