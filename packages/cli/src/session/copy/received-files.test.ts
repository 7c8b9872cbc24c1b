import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../testing/server-folder.ts'
import { ReceivedFile, ReceivedFolder } from './received-files.ts'
import { type ReadEntry, TarError } from './tar-reader.ts'

const file = (name: string, more: Partial<ReadEntry> = {}): ReadEntry => ({
  ...{ name, kind: 'file', target: '', mode: 0o644, length: 4 },
  ...more,
})

function receive(folder: ReceivedFolder | ReceivedFile, entry: ReadEntry, content = 'evil'): void {
  folder.onEntry(entry)
  folder.onContent(Buffer.from(content))
  folder.onEntryEnd()
}

test('nothing that a node sends gets out of the folder', (t) => {
  const outside = temporaryFolder(t)
  const root = join(outside, 'root')
  const folder = new ReceivedFolder(root)
  const tricks = ['../evil', '/evil', './../evil', 'a/../../evil', 'a/..', '..', '//evil', '.', '', './']
  for (const name of tricks) assert.throws(() => receive(folder, file(name)), TarError, name)
  assert.throws(() => receive(folder, file('../evil', { kind: 'folder' })), TarError)
  assert.throws(() => receive(folder, file('deep/'.repeat(300))), TarError)
  assert.deepEqual(readdirSync(outside), ['root'])
})

test('links that are there already are not followed out of the folder', (t) => {
  const outside = temporaryFolder(t)
  const root = join(outside, 'root')
  mkdirSync(root)
  mkdirSync(join(outside, 'target'))
  writeFileSync(join(outside, 'victim'), 'kept')
  symlinkSync('../target', join(root, 'way'))
  symlinkSync('../victim', join(root, 'name'))
  const folder = new ReceivedFolder(root)
  assert.throws(() => receive(folder, file('way/evil')), TarError)
  assert.throws(() => receive(folder, file('name')), { code: 'ELOOP' })
  assert.throws(() => receive(folder, file('twin', { kind: 'link', target: '../victim' })), TarError)
  assert.throws(() => receive(folder, file('twin', { kind: 'link', target: 'name' })), TarError)
  assert.equal(readFileSync(join(outside, 'victim'), 'utf8'), 'kept')
  assert.deepEqual(readdirSync(join(outside, 'target')), [])
})

test('files come with their modes, but not as somebody else’s, and folders that cannot be written to are filled first', (t) => {
  const root = join(temporaryFolder(t), 'root')
  const folder = new ReceivedFolder(root)
  receive(folder, file('./locked/', { kind: 'folder', mode: 0o500 }), '')
  receive(folder, file('./locked/tool', { mode: 0o4755 }), 'tool')
  receive(folder, file('./twin', { kind: 'link', target: './locked/tool' }), '')
  folder.finish()
  assert.equal(statSync(join(root, 'locked')).mode & 0o7777, 0o500)
  assert.equal(statSync(join(root, 'locked/tool')).mode & 0o7777, 0o755)
  assert.equal(readFileSync(join(root, 'twin'), 'utf8'), 'tool')
})

test('a file that was asked for goes where it was to go, whatever it is called there, and comes alone', (t) => {
  const outside = temporaryFolder(t)
  const received = new ReceivedFile(join(outside, 'here'))
  assert.throws(() => received.onEntry(file('x', { kind: 'folder' })), TarError)
  assert.throws(() => received.onEntry(file('x', { kind: 'link', target: '/etc/passwd' })), TarError)
  assert.equal(received.isComplete, false)
  receive(received, file('../../there', { mode: 0o600 }), 'text')
  assert.ok(received.isComplete)
  assert.equal(readFileSync(join(outside, 'here'), 'utf8'), 'text')
  assert.throws(() => received.onEntry(file('second')), TarError)
  assert.ok(!existsSync(join(outside, '..', '..', 'there')))
})
