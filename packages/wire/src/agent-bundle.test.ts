import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type BundleManifest,
  bundleEntry,
  compareAgentVersions,
  decodeManifest,
  encodeManifest,
  isAgentVersion,
  isNodeEnough,
  signedText,
} from './agent-bundle.ts'

const file = (path: string, bytes = 1) => ({ path, bytes, isExecutable: false })
const sample: BundleManifest = {
  version: '1.2.3',
  platform: 'linux',
  arch: 'x64',
  engines: '>=24',
  files: [file(bundleEntry), file('packages/wire/a.ts'), { ...file('b.node', 0), isExecutable: true }],
  links: [{ path: 'node_modules/@fairlead/wire', to: 'packages/wire' }],
}
const read = (changes: object) => decodeManifest(encodeManifest({ ...sample, ...changes }))

test('a manifest is read as it was written', () => {
  assert.deepEqual(read({}), sample)
})

test('no path leaves the folder of the bundle, or leads through a link', () => {
  const bad = [
    '/etc/x',
    '../x',
    'a/../../x',
    'a/./x',
    'a//x',
    '',
    'a/',
    '.',
    'a\\x',
    'a\0',
    'ä',
    'a b',
    'x'.repeat(300),
  ]
  for (const path of bad) {
    assert.throws(() => read({ files: [...sample.files, file(path)] }), /path|no /, path)
    assert.throws(() => read({ links: [{ path, to: 'packages/wire' }] }), /path|no /, path)
    assert.throws(() => read({ links: [{ path: 'link', to: path }] }), /path|no /, path)
  }
  const through = file('node_modules/@fairlead/wire/a.ts')
  assert.throws(() => read({ files: [...sample.files, through] }), /twice/)
  assert.throws(
    () => read({ links: [...sample.links, { path: 'node_modules/@fairlead/wire/x', to: 'packages' }] }),
    /twice|through/,
  )
  assert.throws(() => read({ links: [{ path: 'b.node/x', to: 'packages' }] }), /through/)
  assert.throws(() => read({ links: [{ path: 'x', to: 'elsewhere' }] }), /no folder/)
})

test('what is there twice, or both a file and a folder, is refused', () => {
  assert.throws(() => read({ files: [...sample.files, file('b.node')] }), /twice/)
  assert.throws(() => read({ files: [...sample.files, file('b.node/x')] }), /twice/)
  assert.throws(() => read({ links: [{ path: 'b.node', to: 'packages' }] }), /twice/)
})

test('what is no bundle, or without bounds, is refused', () => {
  for (const line of ['', '{}', '[]', 'null', '{"form":"other"}', 'PK']) {
    assert.throws(() => decodeManifest(line), /not a bundle/, line)
  }
  assert.throws(() => read({ version: '1.2' }), /form 1\.2\.3/)
  assert.throws(() => read({ version: '1.2.3/..' }), /form 1\.2\.3/)
  assert.throws(() => read({ platform: '../x' }), /platform/)
  assert.throws(() => read({ engines: '^24' }), /engines/)
  assert.throws(() => read({ files: [], links: [] }), /no bin/)
  assert.throws(() => read({ files: [...sample.files, file('x', -1)] }), /no bytes/)
  assert.throws(() => read({ files: [...sample.files, file('x', 2 ** 40)] }), /too large/)
  assert.throws(() => read({ files: Array.from({ length: 5_001 }, (_, n) => file(`x${n}`)) }), /at most 5000/)
})

test('versions are compared as numbers, and a fourth number that is missing is 0', () => {
  assert.ok(compareAgentVersions('0.10.0', '0.9.9') > 0)
  assert.ok(compareAgentVersions('1.2.3', '1.2.3.1') < 0)
  assert.equal(compareAgentVersions('1.2.3', '1.2.3.0'), 0)
  assert.deepEqual(['1.2.3', '1.2.3.4', '1.2', '1.2.3.4.5', 'v1.2.3', '1.2.3-rc'].map(isAgentVersion), [
    ...[true, true, false, false, false, false],
  ])
})

test('a Node that is too old is known', () => {
  assert.ok(isNodeEnough('>=24', '26.10.0') && isNodeEnough('>=26.10', '26.10.0'))
  assert.ok(!isNodeEnough('>=26.10.1', '26.10.0') && !isNodeEnough('*', '26.10.0'))
})

test('each fact of a bundle is in the text that is signed', () => {
  const facts = { version: '1.2.3', platform: 'linux', arch: 'x64', bytes: 5, sha256: 'ab' }
  const changes = [{ version: '1.2.4' }, { platform: 'darwin' }, { arch: 'arm64' }, { bytes: 6 }, { sha256: 'ac' }]
  const texts = [facts, ...changes.map((change) => ({ ...facts, ...change }))].map(signedText)
  assert.equal(new Set(texts).size, texts.length)
})
