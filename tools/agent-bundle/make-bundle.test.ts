import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundleEntry, decodeManifest } from '../../packages/wire/src/agent-bundle.ts'
import { agentFiles, agentLinks } from './agent-files.ts'
import { makeBundle } from './make-bundle.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const about = { version: '1.2.3', platform: 'linux', arch: 'x64', engines: '>=24', links: agentLinks }

test('the same sources make the same bundle, with all that an agent imports and none of its tests', () => {
  const files = agentFiles(root, '1.2.3')
  const [one, other] = [makeBundle(about, files), makeBundle(about, agentFiles(root, '1.2.3'))].map((bytes) =>
    createHash('sha256').update(bytes).digest('hex'),
  )
  assert.equal(one, other)
  const paths = files.map(({ path }) => path)
  assert.deepEqual(paths, paths.toSorted())
  for (const path of [
    bundleEntry,
    'packages/agent/src/main.ts',
    'packages/wire/src/frame.ts',
    'node_modules/ws/index.js',
  ]) {
    assert.ok(paths.includes(path), path)
  }
  assert.deepEqual(
    paths.filter((path) => /test\.ts$|testing\/|node_modules\/@fairlead|\.d\.ts$/.test(path)),
    [],
  )
  const manifest = files.find(({ path }) => path === 'packages/agent/package.json')
  assert.match(String(manifest && Buffer.from(manifest.content)), /"version": "1\.2\.3"/)
})

test('what a node would refuse is not bundled', () => {
  const file = { content: Buffer.from('x'), isExecutable: false }
  const entry = { path: bundleEntry, ...file }
  const bundle = makeBundle({ ...about, links: [] }, [entry])
  const line = Buffer.from(bundle).toString('utf8', 0, bundle.indexOf(10) + 1)
  assert.deepEqual(decodeManifest(line).files, [{ path: bundleEntry, bytes: 1, isExecutable: false }])
  assert.throws(() => makeBundle({ ...about, links: [] }, [entry, { path: '../x', ...file }]), /no path/)
  assert.throws(() => makeBundle({ ...about, version: 'next', links: [] }, [entry]), /form 1\.2\.3/)
})
