import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const tools = fileURLToPath(new URL('.', import.meta.url))
const inPackages = join(`node-${process.platform}-${process.arch}`, 'bin', 'node')
const packaged = join('node_modules', inPackages)
const linked = join('node_modules', '.bin', 'node')

/** A clone whose packages brought a Node, whole or one that does not start here. */
function givenClone(t: TestContext, node: 'whole' | 'broken') {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-clone-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, packaged, '..'), { recursive: true })
  if (node === 'whole') symlinkSync(process.execPath, join(root, packaged))
  else writeFileSync(join(root, packaged), '#!/bin/sh\necho libatomic.so.1 is missing >&2\nexit 127\n', { mode: 0o755 })
  return root
}

function ensureNode(root: string, versionOfStarter = process.versions.node) {
  const script = `
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${versionOfStarter}' } })
    const { ensureNode } = await import('${pathToFileURL(join(tools, 'ensure-node.mjs')).href}')
    await ensureNode('${root}/', '${join(root, linked)}')`
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { PATH: root },
  })
}

test('a Node that npm has installed and not linked is linked', (t) => {
  const root = givenClone(t, 'whole')

  assert.equal(ensureNode(root).status, 0)

  assert.equal(readlinkSync(join(root, linked)), join('..', inPackages))
})

test('where the packaged Node does not start, the one that started us takes its place', (t) => {
  const root = givenClone(t, 'broken')

  assert.equal(ensureNode(root).status, 0)

  const { status } = spawnSync(join(root, linked), ['--version'])
  assert.equal(status, 0)
})

test('where neither will do and no other can be installed, it is said why', (t) => {
  const { status, stderr } = ensureNode(givenClone(t, 'broken'), '20.1.0')

  assert.equal(status, 1)
  assert.match(stderr, /libatomic\.so\.1 is missing/)
})

test('a Node that is too old to install anything is told so, one that can install is let through', () => {
  const start = (version: string) => {
    const fake = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
    return spawnSync(process.execPath, ['--eval', `${fake}; require('${join(tools, 'old-node.cjs')}')`], {
      encoding: 'utf8',
    })
  }

  assert.match(start('12.22.12').stderr, /^This is Node 12\.22\.12, which is too old .* Install Node 18 or newer/)
  assert.equal(start('16.20.2').status, 1)
  assert.deepEqual([start('18.0.0').status, start('18.0.0').stderr], [0, ''])
})
