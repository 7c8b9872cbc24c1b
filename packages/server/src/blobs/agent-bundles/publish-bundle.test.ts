import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bundleEntry, encodeManifest } from '@fairlead/wire/agent-bundle'
import { readMasterKeys } from '../../store/master-key.ts'
import { createVault } from '../../store/vault.ts'
import { DiskAgentBundles } from './disk-agent-bundles.ts'
import { cutBundles, publishBundle, removeBundle } from './publish-bundle.ts'

const now = new Date('2026-11-22T12:00:00Z')
const name = '1.0.0-linux-x64'

function bundleThat(content: string): Buffer {
  const files = [{ path: bundleEntry, bytes: content.length, isExecutable: false }]
  const about = { version: '1.0.0', platform: 'linux', arch: 'x64', engines: '>=24' }
  return Buffer.concat([Buffer.from(encodeManifest({ ...about, files, links: [] })), gzipSync(content)])
}

function givenBundles(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-publish-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const random = (length: number) => randomBytes(length)
  const keys = readMasterKeys({ directory, configured: undefined, random, isNeeded: false })
  const bundles = new DiskAgentBundles(directory, createVault(keys, random), () => now)
  const fileOf = (content: Buffer) => {
    const path = join(directory, createHash('sha256').update(content).digest('hex'))
    writeFileSync(path, content)
    return path
  }
  const publish = (content: Buffer) => publishBundle(bundles, fileOf(content), now)
  const path = join(bundles.folder, name)
  const assertMatches = () => {
    const [listed] = bundles.list()
    assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), listed?.sha256)
  }
  return { bundles, publish, path, assertMatches }
}

test('what is signed is what the administrator has, not what stands in the folder of the server meanwhile', async (t) => {
  const { bundles, publish } = givenBundles(t)
  const [given, other] = [bundleThat('as built'), bundleThat('as swapped')]

  const publishing = publish(given)
  for (const partial of readdirSync(bundles.folder).filter((one) => one.startsWith('partial-'))) {
    writeFileSync(join(bundles.folder, partial, 'bundle'), other)
  }

  const { bundle } = await publishing
  assert.equal(bundle.sha256, createHash('sha256').update(given).digest('hex'))
})

test('of two that publish one version at once one is told so, and what is described is what is there', async (t) => {
  const { publish, assertMatches } = givenBundles(t)
  const both = await Promise.allSettled([publish(bundleThat('one')), publish(bundleThat('the other'))])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assertMatches()
})

test('a bundle without a description is never replaced by another, is completed by itself, and can be removed', async (t) => {
  const { bundles, publish, path, assertMatches } = givenBundles(t)
  writeFileSync(path, bundleThat('one'))
  await assert.rejects(publish(bundleThat('the other')), /being published.*fairlead admin remove-agent 1\.0\.0/)
  assert.equal((await publish(bundleThat('one'))).isNew, true)
  assertMatches()

  rmSync(`${path}.json`)
  const [cut, ...more] = cutBundles(bundles, '1.0.0')
  assert.ok(cut !== undefined && more.length === 0)
  removeBundle(bundles, cut)
  assert.equal((await publish(bundleThat('the other'))).isNew, true)
})

test('what a publisher that was killed left goes, and what one that runs is writing stays', async (t) => {
  const { bundles, publish } = givenBundles(t)
  const [left, fresh] = [join(bundles.folder, 'partial-left'), join(bundles.folder, 'partial-fresh')]
  const description = join(bundles.folder, '0.9.0-linux-x64.json.4242')
  for (const folder of [left, fresh]) mkdirSync(folder)
  writeFileSync(description, '')
  for (const path of [left, description]) utimesSync(path, now, new Date(now.getTime() - 3_600_000))
  utimesSync(fresh, now, now)

  await publish(bundleThat('one'))

  assert.deepEqual([left, description, fresh].map(existsSync), [false, false, true])
})
