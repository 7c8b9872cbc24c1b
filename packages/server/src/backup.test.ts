import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { given, removal } from '@fairlead/testkit/given'
import { backup } from './backup.ts'

test('a backup taken while the server runs starts as a server that knows what was answered', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, removal))
  const running = await given(t)
  const alice = await running.user('alice', [])

  await backup(['--data-dir', running.dataDir, '--to', join(folder, 'fairlead.db')], {})
  await running.root.query('iam', 'CreateUser', { UserName: 'later' })
  copyFileSync(join(running.dataDir, 'master.key'), join(folder, 'master.key'))
  const restored = await given(t, { dataDir: folder })

  const aliceAgain = restored.client(alice.credentials)
  assert.match(await aliceAgain.query('sts', 'GetCallerIdentity', {}), /user\/alice/)
  assert.doesNotMatch(await restored.root.query('iam', 'ListUsers', {}), /later/)
})

test('a backup put back over what a killed server left is what was saved, and goes on from there', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, removal))
  const { dataDir, root } = await given(t)
  const copy = join(folder, 'copy.db')
  await backup(['--data-dir', dataDir, '--to', copy], {})
  await root.query('iam', 'CreateUser', { UserName: 'later' })
  const left = join(folder, 'left')
  mkdirSync(left)
  for (const file of ['fairlead.db', 'fairlead.db-wal', 'master.key'])
    copyFileSync(join(dataDir, file), join(left, file))
  assert.ok(statSync(join(left, 'fairlead.db-wal')).size > 0, 'the killed server left a log')

  copyFileSync(copy, join(left, 'fairlead.db'))
  const restored = await given(t, { dataDir: left })
  assert.doesNotMatch(await restored.root.query('iam', 'ListUsers', {}), /later/)
  await restored.root.query('iam', 'CreateUser', { UserName: 'after' })

  // As a second kill would leave it: this log is its own.
  const next = join(folder, 'next')
  mkdirSync(next)
  for (const file of ['fairlead.db', 'fairlead.db-wal', 'master.key']) copyFileSync(join(left, file), join(next, file))
  const again = await given(t, { dataDir: next })
  assert.match(await again.root.query('iam', 'ListUsers', {}), /after/)
})

test('only its owner may read a backup, and it replaces an older one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { dataDir } = await given(t)
  const to = join(folder, 'copy.db')
  writeFileSync(to, 'an older one', { mode: 0o644 })

  await Promise.all([0, 1].map(() => backup(['--data-dir', dataDir, '--to', to], {})))

  assert.equal(statSync(to).mode & 0o777, 0o600)
  assert.match(readFileSync(to, 'latin1'), /^SQLite format 3/)
  assert.deepEqual(readdirSync(folder), ['copy.db'])
})

test('a backup never replaces the database that it is of, by whatever name', async (t) => {
  const { dataDir, root } = await given(t)
  const database = join(dataDir, 'fairlead.db')
  const link = join(dataDir, 'link.db')
  symlinkSync(database, link)

  for (const to of [database, link]) {
    await assert.rejects(backup(['--data-dir', dataDir, '--to', to], {}), /is the database itself/)
  }
  await root.query('iam', 'CreateUser', { UserName: 'still-here' })
})

test('a copy that cannot be written leaves nothing behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { dataDir } = await given(t)
  mkdirSync(join(folder, 'taken', 'by-a-folder'), { recursive: true })

  await assert.rejects(backup(['--data-dir', dataDir, '--to', join(folder, 'taken')], {}))
  await assert.rejects(backup(['--data-dir', dataDir, '--to', join(folder, 'none', 'copy.db')], {}))

  assert.deepEqual(readdirSync(folder), ['taken'])
})

test('a backup of nothing, or to nowhere, says what is missing', async () => {
  await assert.rejects(
    backup(['--data-dir', '/nonexistent', '--to', '/tmp/x'], {}),
    /There is no \/nonexistent\/fairlead\.db/,
  )
  await assert.rejects(backup(['--data-dir', '/nonexistent'], {}), /--to FILE/)
  await assert.rejects(backup(['--too', 'x'], {}), /--too/)
})

test('recordings are told of when they are left out, and copied when that is asked for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, removal))
  const { dataDir } = await given(t)
  const words = ['--data-dir', dataDir, '--to', join(folder, 'fairlead.db')]
  assert.doesNotMatch(await backup(words, {}), /recordings/)

  mkdirSync(join(dataDir, 'recordings'), { recursive: true })
  writeFileSync(join(dataDir, 'recordings', 'one.rec'), 'sealed', { mode: 0o600 })
  assert.match(await backup(words, {}), /Not in it: the 1 recordings .*--recordings-to/)
  const to = join(folder, 'copied', 'recordings')
  assert.match(await backup([...words, '--recordings-to', to], {}), /And the 1 recordings: /)
  assert.equal(readFileSync(join(to, 'one.rec'), 'utf8'), 'sealed')
  assert.deepEqual([statSync(to).mode & 0o777, statSync(join(to, 'one.rec')).mode & 0o777], [0o700, 0o600])
  await assert.rejects(backup([...words, '--recordings-to', join(dataDir, 'master.key')], {}), /could not be copied to/)
})
