import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { backup } from './backup.ts'

test('a backup taken while the server runs starts as a server that knows what was answered', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
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

test('a backup of nothing, or to nowhere, says what is missing', async () => {
  await assert.rejects(
    backup(['--data-dir', '/nonexistent', '--to', '/tmp/x'], {}),
    /There is no \/nonexistent\/fairlead\.db/,
  )
  await assert.rejects(backup(['--data-dir', '/nonexistent'], {}), /--to FILE/)
  await assert.rejects(backup(['--too', 'x'], {}), /--too/)
})
