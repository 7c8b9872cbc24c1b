import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type BundleFacts, bundleEntry, encodeManifest, signedText } from '@fairlead/wire/agent-bundle'
import { systemClock } from '../clock.ts'
import { StepStopped } from '../commands/work.ts'
import { createLog } from '../log.ts'
import { AgentUpdates, type ReadyUpdate, type UpdateRequest, type UpdateWorld } from './agent-updates.ts'
import { readUpdateRecord, writeUpdateRecord } from './update-record.ts'
import { Versions } from './versions.ts'

const keys = generateKeyPairSync('ed25519')
const ofServer = keys.publicKey.export({ format: 'der', type: 'spki' })

function bundleOf(version: string, engines = '>=24'): Buffer {
  const { platform, arch } = process
  const files = [{ path: bundleEntry, bytes: 5, isExecutable: false }]
  return Buffer.concat([
    Buffer.from(encodeManifest({ version, platform, arch, engines, files, links: [] })),
    gzipSync('start'),
  ])
}

interface Offer {
  readonly version?: string
  readonly bundle?: Buffer
  readonly platform?: string
  readonly sent?: Buffer
  readonly signature?: Buffer
  readonly signer?: KeyObject
  readonly publicKey?: Buffer
  readonly read?: UpdateWorld['calls']['read']
  readonly world?: Partial<UpdateWorld>
}

/** An agent of version 1.0.0 whose server offers one version. */
function givenUpdates(t: TestContext, offer: Offer = {}) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-updates-'))
  t.after(() => rmSync(stateDirectory, { recursive: true, force: true }))
  const { version = '2.0.0', bundle = bundleOf(version), platform = process.platform, sent = bundle } = offer
  const sha256 = createHash('sha256').update(bundle).digest('hex')
  const facts = { version, platform, arch: process.arch, bytes: bundle.length, sha256 }
  const signature = offer.signature ?? sign(null, Buffer.from(signedText(facts)), offer.signer ?? keys.privateKey)
  const versions = new Versions(stateDirectory)
  const begun = Promise.withResolvers<ReadyUpdate>()
  const updates = new AgentUpdates({
    stateDirectory,
    versions,
    calls: {
      signingKey: async () => offer.publicKey ?? ofServer,
      find: async () => ({ facts, signature }),
      read: offer.read ?? (async (_, offset) => sent.subarray(offset, offset + 50)),
    },
    log: createLog(systemClock, 'error', () => undefined),
    version: '1.0.0',
    installedVersion: '1.0.0',
    nodeVersion: '26.10.0',
    isTrial: false,
    begin: begun.resolve,
    ...offer.world,
  })
  const giveUp = new AbortController()
  t.after(() => giveUp.abort(new Error('the test is over')))
  const newest = { version: undefined, allowsDowngrade: false }
  const perform = (request: UpdateRequest = newest) => updates.perform(request, stateDirectory, giveUp.signal)
  const hasNothing = () =>
    !existsSync(join(stateDirectory, 'versions')) || readdirSync(join(stateDirectory, 'versions')).length === 0
  return { stateDirectory, versions, updates, perform, begun: begun.promise, hasNothing, giveUp }
}

test('a newer version is fetched and unpacked, and runs only once somebody has switched to it', async (t) => {
  const { perform, begun, versions, stateDirectory, giveUp } = givenUpdates(t)
  const told = perform()
  const { version, entry, record } = await begun

  assert.equal(version, '2.0.0')
  assert.ok(existsSync(entry))
  assert.deepEqual([record.from, record.to, readUpdateRecord(stateDirectory)?.phase], ['1.0.0', '2.0.0', 'trial'])
  assert.equal(versions.current('1.0.0'), undefined)
  await versions.switchTo('2.0.0')
  assert.deepEqual(versions.current('1.0.0'), { version, entry })
  assert.equal(versions.current('1.1.0'), undefined, 'another was installed since')
  giveUp.abort(new Error('the agent stops'))
  await assert.rejects(told, /the agent stops/)
})

test('the same version is no update, and an older one wants to be allowed', async (t) => {
  assert.match(await givenUpdates(t, { version: '1.0.0' }).perform(), /1\.0\.0 is on this node already/)
  const older = givenUpdates(t, { version: '0.9.0' })
  await assert.rejects(older.perform(), /0\.9\.0 is older than 1\.0\.0.*allowDowngrade/)
  assert.ok(older.hasNothing())
  older.perform({ version: '0.9.0', allowsDowngrade: true }).catch(() => undefined)
  assert.equal((await older.begun).version, '0.9.0')
})

test('what nobody vouches for, or is not what they vouch for, leaves nothing behind', async (t) => {
  const bundle = bundleOf('2.0.0')
  const altered = Buffer.from(bundle)
  altered[altered.length - 1] = 1
  const elsewhere = process.platform === 'linux' ? 'darwin' : 'linux'
  const cases: readonly (readonly [Offer, RegExp])[] = [
    [{ signature: Buffer.alloc(64) }, /signature/],
    [{ sent: altered }, /SHA-256/],
    [{ sent: Buffer.concat([bundle, bundle]) }, /SHA-256|more than/],
    [{ platform: elsewhere }, /which this node is not/],
    [{ bundle: bundleOf('3.0.0') }, /holds 3\.0\.0/],
    [{ bundle: bundleOf('2.0.0', '>=99') }, /needs Node >=99 and this node has 26\.10\.0/],
    [{ bundle: Buffer.from('anything\n') }, /not a bundle/],
    [{ world: { begin: undefined } }, /cannot be replaced/],
  ]
  for (const [offer, reason] of cases) {
    const { perform, hasNothing } = givenUpdates(t, offer)
    await assert.rejects(perform(), reason)
    assert.ok(hasNothing(), String(reason))
  }
  await assert.rejects(givenUpdates(t).perform({ version: '2.1.0', allowsDowngrade: false }), /offered 2\.0\.0/)
})

test('the key that was learnt first is the one that is believed', async (t) => {
  const { stateDirectory, updates } = givenUpdates(t)
  await updates.learnKey()
  // The same node, and a server that says that it signs with another key.
  const others = generateKeyPairSync('ed25519')
  const der = others.publicKey.export({ format: 'der', type: 'spki' })
  const { perform, hasNothing } = givenUpdates(t, {
    signer: others.privateKey,
    publicKey: der,
    world: { stateDirectory },
  })

  await assert.rejects(perform(), /signature/)
  assert.ok(hasNothing())
})

test('an update that another process has ended is told as it ended', async (t) => {
  const { perform, stateDirectory } = givenUpdates(t)
  const record = { from: '0.9.0', to: '1.0.0', trials: 1, bytes: 7 } as const
  await writeUpdateRecord(stateDirectory, { ...record, phase: 'done' })
  assert.match(await perform(), /from 0\.9\.0 to 1\.0\.0.*updated to 1\.0\.0/s)
  await writeUpdateRecord(stateDirectory, { ...record, phase: 'trial' })
  assert.match(await perform(), /updated to 1\.0\.0/, 'killed between the switch and writing it down')
  await writeUpdateRecord(stateDirectory, { ...record, to: '2.0.0', phase: 'failed', reason: 'it fell over' })
  await assert.rejects(perform(), /it fell over/)
  await writeUpdateRecord(stateDirectory, { ...record, to: '2.0.0', phase: 'trial', trials: 3 })
  await assert.rejects(perform(), /cut 3 times/)
})

test('a version that worked and was not what ran afterwards is no success', async (t) => {
  const { perform, stateDirectory } = givenUpdates(t)
  await writeUpdateRecord(stateDirectory, { phase: 'done', from: '1.0.0', to: '2.0.0', trials: 1, bytes: 7 })
  await assert.rejects(perform(), /2\.0\.0 worked.*1\.0\.0 runs/)
})

test('a version that the node went to before another was installed is on trial again when it is fetched anew', async (t) => {
  const { perform, begun, versions, stateDirectory, giveUp } = givenUpdates(t)
  mkdirSync(versions.prepare().folder)
  await versions.keep('2.0.0', '0.9.0', '>=24')
  await versions.switchTo('2.0.0')
  const told = perform()
  await begun

  assert.equal(versions.current('1.0.0'), undefined, 'nothing may refer to it before it has shown that it works')
  versions.remove('2.0.0')
  assert.ok(!existsSync(join(stateDirectory, 'versions', '2.0.0')))
  giveUp.abort(new Error('the agent stops'))
  await assert.rejects(told, /the agent stops/)
})

test('an update that ends between fetching and trying leaves nothing behind', async (t) => {
  const { updates, hasNothing } = givenUpdates(t)
  const { signal } = new AbortController()
  const nowhere = updates.perform({ version: undefined, allowsDowngrade: false }, '/nowhere/at/all', signal)
  await assert.rejects(nowhere, /ENOENT/)
  assert.ok(hasNothing())
})

test('of several updates at once each waits for the one before, and can be given up while it waits', async (t) => {
  const { perform, begun, updates, stateDirectory } = givenUpdates(t)
  perform().catch(() => undefined)
  await begun
  const giveUp = new AbortController()
  const second = updates.perform(
    { version: undefined, allowsDowngrade: false },
    join(stateDirectory, 'x'),
    giveUp.signal,
  )
  giveUp.abort(new Error('cancelled'))
  await assert.rejects(second, /cancelled/)
})

test('what is to be stopped while its version is on trial is not, and its end says that it was too late', async (t) => {
  const { updates, stateDirectory } = givenUpdates(t, { world: { isTrial: true } })
  const stop = new AbortController()
  const newest = { version: undefined, allowsDowngrade: false }
  const told = updates.perform(newest, stateDirectory, stop.signal)
  stop.abort(new StepStopped('cancelled'))
  assert.equal(await Promise.race([told.then(String, String), Promise.resolve('goes on')]), 'goes on')

  await writeUpdateRecord(stateDirectory, { phase: 'done', from: '0.9.0', to: '1.0.0', trials: 1, bytes: 7 })
  const after = givenUpdates(t, { world: { stateDirectory } })
  assert.match(await after.updates.perform(newest, stateDirectory, after.giveUp.signal), /on trial, which was too late/)
})

test('a part that does not come is not waited for once the update is to stop', async (t) => {
  const asked = Promise.withResolvers<void>()
  const read = (_facts: BundleFacts, _offset: number, signal: AbortSignal) => {
    asked.resolve()
    return new Promise<Uint8Array>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  const { perform, giveUp, hasNothing } = givenUpdates(t, { read })
  const told = perform()
  await asked.promise
  giveUp.abort(new Error('cancelled'))
  await assert.rejects(told, /cancelled/)
  assert.ok(hasNothing())
})

test('only the versions that run, and ran before, are kept', async (t) => {
  const { versions, stateDirectory } = givenUpdates(t)
  for (const version of ['2.0.0', '2.1.0', '2.2.0']) {
    const { folder } = versions.prepare()
    mkdirSync(folder)
    await versions.keep(version, '1.0.0', '>=24')
    await versions.switchTo(version)
  }
  assert.deepEqual(readdirSync(join(stateDirectory, 'versions')).sort(), ['2.1.0', '2.2.0', 'current'])
})

test('what stands where the link to the current version belongs is told, and is no version', (t) => {
  const { versions, stateDirectory } = givenUpdates(t)
  assert.equal(versions.obstacle, undefined)
  const path = join(stateDirectory, 'versions', 'current')
  mkdirSync(path, { recursive: true })
  assert.deepEqual([versions.current('1.0.0'), versions.obstacle], [undefined, path])
})
