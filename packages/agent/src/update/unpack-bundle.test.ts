import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bundleEntry, encodeManifest } from '@fairlead/wire/agent-bundle'
import { unpackBundle } from './unpack-bundle.ts'

const root = mkdtempSync(join(tmpdir(), 'fairlead-unpack-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0

const contents = {
  [bundleEntry]: 'start',
  'packages/wire/empty.ts': '',
  'packages/wire/a.ts': 'a'.repeat(100_000),
  run: '#!',
}
const line = encodeManifest({
  ...{ version: '1.2.3', platform: 'linux', arch: 'x64', engines: '>=24' },
  files: Object.entries(contents).map(([path, text]) => ({ path, bytes: text.length, isExecutable: path === 'run' })),
  links: [{ path: 'node_modules/@fairlead/wire', to: 'packages/wire' }],
})
const zipped = gzipSync(Object.values(contents).join(''))

/** Unpacks these bytes into a folder of their own, and answers it. */
async function unpack(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const place = join(root, String(count++))
  mkdirSync(place)
  writeFileSync(join(place, 'bundle'), Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))))
  await unpackBundle(join(place, 'bundle'), join(place, 'out'), new AbortController().signal)
  return join(place, 'out')
}

test('files are unpacked as they were, for their owner alone, and links lead to where they should', async () => {
  const folder = await unpack(line, zipped)
  for (const [path, text] of Object.entries(contents)) assert.equal(readFileSync(join(folder, path), 'utf8'), text)
  assert.equal(statSync(join(folder, 'run')).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, bundleEntry)).mode & 0o777, 0o600)
  assert.equal(readlinkSync(join(folder, 'node_modules/@fairlead/wire')), '../../packages/wire')
  assert.ok(existsSync(join(folder, 'node_modules/@fairlead/wire/a.ts')))
})

test('a bundle that is shorter or longer than its manifest says, or damaged, is refused', async () => {
  await assert.rejects(unpack(line, gzipSync(Object.values(contents).join('').slice(1))), /less/)
  await assert.rejects(unpack(line, gzipSync(`${Object.values(contents).join('')}x`)), /more/)
  await assert.rejects(unpack(line, zipped.subarray(0, -20)), /damaged/)
  await assert.rejects(unpack(line, 'not zipped'), /damaged/)
  await assert.rejects(unpack(line), /less|damaged/)
  await assert.rejects(unpack('no line'), /not a bundle/)
})
