import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { bundleEntry } from '@fairlead/wire/agent-bundle'
import { agentVersion } from '../agent-version.ts'
import { givenProgram } from '../testing/given-program.ts'
import { countStart, faultOf, isOfProgram, noteStarted } from './fitness.ts'

function versionFolder(t: TestContext, over: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-fitness-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'over'), JSON.stringify(over))
  return folder
}

test('three starts in a row that came to nothing are a fault, and one that came to something forgets them', (t) => {
  const folder = versionFolder(t, { version: '1.0.0', engines: '>=24' })
  noteStarted(folder)
  for (const _ of [1, 2]) countStart(folder)
  assert.equal(faultOf(folder, '26.10.0'), undefined)
  noteStarted(folder)
  for (const _ of [1, 2, 3]) countStart(folder)
  assert.match(faultOf(folder, '26.10.0') ?? '', /3 times in a row/)
})

test('of a version that knows nothing of the count, nothing is counted', (t) => {
  const folder = versionFolder(t, { version: '1.0.0' })
  for (const _ of [1, 2, 3, 4]) countStart(folder)
  assert.equal(faultOf(folder, '26.10.0'), undefined)
})

test('an older Node than a version needs is a fault of it as long as it is there', (t) => {
  const folder = versionFolder(t, { version: '1.0.0', engines: '>=26' })
  assert.match(faultOf(folder, '24.9.0') ?? '', /needs Node >=26, and 24\.9\.0 is installed/)
  assert.equal(faultOf(folder, '26.0.0'), undefined)
})

test('what is wrong around a program is no fault of it', () => {
  const coded = (code: string) => Object.assign(new Error('it failed'), { code })
  assert.deepEqual([coded('ENOENT'), coded('ERR_SQLITE_ERROR'), new Error('Another agent uses it')].map(isOfProgram), [
    false,
    false,
    false,
  ])
  assert.deepEqual([coded('ERR_MODULE_NOT_FOUND'), new TypeError('no function')].map(isOfProgram), [true, true])
})

test('a version whose files were damaged is given up for the one that is installed, for good', async (t) => {
  const { folder, start, server } = await givenProgram(t)
  const versions = join(folder, 'state', 'versions')
  const entry = join(versions, '9.9.9', bundleEntry)
  mkdirSync(dirname(entry), { recursive: true })
  writeFileSync(entry, 'this is damaged')
  writeFileSync(join(versions, '9.9.9', 'over'), JSON.stringify({ version: agentVersion, engines: '>=24' }))
  writeFileSync(join(versions, '9.9.9', 'starts'), '')
  symlinkSync('9.9.9', join(versions, 'current'))

  for (const _ of [1, 2, 3]) assert.notEqual((await start().ended).status, 0)
  for (const opened of [0, 1]) {
    const { child, ended } = start('--log-level', 'warn')
    await server.until('the channel', () => server.channelsOpened > opened)
    child.kill('SIGTERM')
    assert.match((await ended).errors, /What is installed runs in place.*9\.9\.9.*3 times in a row/)
  }
  assert.ok(existsSync(entry))
})
