import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given, readCredentials, removal } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'
import { main } from './admin.ts'

/** Runs `fairlead admin` and answers what it wrote, and its exit code. */
async function admin(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' }
  const code = await main(
    args,
    {},
    {
      stdout: { write: (text) => (told.out += text) },
      stderr: { write: (text) => (told.err += text) },
    },
  )
  return { code, ...told }
}

const whoAmI = ['sts', 'GetCallerIdentity', {}] as const

test('a locked-out installation gets a new root key by whoever has its machine, and keeps everything else', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-admin-'))
  t.after(() => rmSync(dataDir, removal))
  const locked = await given(t, { dataDir })
  const alice = await locked.user('alice', [])
  const second = elementOf(await locked.root.query('iam', 'CreateAccessKey', {}), 'AccessKeyId') ?? ''
  for (const AccessKeyId of [second, locked.rootCredentials.accessKeyId]) {
    await locked.root.query('iam', 'UpdateAccessKey', { AccessKeyId, Status: 'Inactive' })
  }
  await assert.rejects(locked.root.query(...whoAmI), { code: 'InvalidClientTokenId' })
  await locked.stop()

  const { code, out } = await admin('reset-root-key', '--data-dir', dataDir)

  const credentials = readCredentials(join(dataDir, 'credentials'))
  assert.equal(code, 0)
  assert.ok(out.includes(credentials.accessKeyId) && !out.includes(credentials.secretAccessKey), out)
  if (process.platform !== 'win32') assert.equal(statSync(join(dataDir, 'credentials')).mode & 0o777, 0o600)
  const mended = await given(t, { dataDir })
  await mended.client(credentials).query(...whoAmI)
  await mended.client(alice.credentials).query(...whoAmI)
  await assert.rejects(mended.client(locked.rootCredentials).query(...whoAmI), { code: 'InvalidClientTokenId' })
  const listed = await mended.root.query('iam', 'ListAccessKeys', {})
  assert.deepEqual(elementsOf(listed, 'AccessKeyId'), [credentials.accessKeyId])
})

test('the root key is not reset below a running server, nor where there is none', async (t) => {
  const { dataDir, root } = await given(t)
  const empty = mkdtempSync(join(tmpdir(), 'fairlead-admin-'))
  t.after(() => rmSync(empty, { recursive: true, force: true }))

  const running = await admin('reset-root-key', '--data-dir', dataDir)
  const nowhere = await admin('reset-root-key', '--data-dir', empty)

  assert.deepEqual([running.code, nowhere.code], [1, 2])
  assert.match(running.err, /stop it first/)
  assert.match(nowhere.err, /There is no .*fairlead\.db/)
  await root.query(...whoAmI)
})

test('fairlead admin teaches by example, and knows no other words', async () => {
  assert.match((await admin('--help')).out, /fairlead admin reset-root-key --data-dir \/var\/lib\/fairlead/)
  assert.equal((await admin('open-sesame')).code, 2)
})

test('root changes its key as on AWS, two at most, and the credentials file follows', async (t) => {
  const { root, client, server, rootCredentials } = await given(t)
  const made = await root.query('iam', 'CreateAccessKey', {})
  const next = {
    accessKeyId: elementOf(made, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(made, 'SecretAccessKey') ?? '',
  }
  await assert.rejects(root.query('iam', 'CreateAccessKey', {}), { code: 'LimitExceeded' })
  await client(next).query('iam', 'DeleteAccessKey', { AccessKeyId: rootCredentials.accessKeyId })

  await assert.rejects(root.query(...whoAmI), { code: 'InvalidClientTokenId' })
  const file = await eventually(() => {
    const kept = readCredentials(server.credentialsFile)
    return Promise.resolve(kept.accessKeyId === next.accessKeyId ? kept : undefined)
  }, 'the credentials file has the new key')
  assert.equal(file.secretAccessKey, next.secretAccessKey)
  assert.match(await client(file).query(...whoAmI), /:root</)
})
