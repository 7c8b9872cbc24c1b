import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { newAccessKey } from '../domain/access-key.ts'
import { openStore } from './open-store.ts'
import { VaultError } from './vault.ts'

const now = () => new Date('2026-11-22T12:00:00Z')
const randomHex = (bytes: number) => randomBytes(bytes).toString('hex')

/** Opens a directory as a server does, seals the root key as its first start does, and closes it. */
async function start(dataDir: string, masterKey?: string): Promise<string> {
  const scope = { account: '123456789012', region: 'us-east-1' }
  const { store, database } = await openStore({
    dataDir,
    masterKey,
    scope,
    now,
    randomBytes: (length) => randomBytes(length),
    announce: () => {},
  })
  try {
    const { secret } = await store.identities.accessKeys.ensureRootKey(newAccessKey(now(), randomHex))
    return secret
  } finally {
    await database.close()
  }
}

async function started(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-store-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const secret = await start(dataDir)
  const path = join(dataDir, 'master.key')
  return { dataDir, secret, path, masterKey: readFileSync(path, 'utf8') }
}

test('a database whose master key is gone is not opened, and no new key is made beside it', async (t) => {
  const { dataDir, path, secret, masterKey } = await started(t)
  rmSync(path)

  await assert.rejects(start(dataDir), (error) => error instanceof VaultError && /Put it back/.test(error.message))

  assert.equal(existsSync(path), false)
  assert.equal(await start(dataDir, masterKey), secret)
})

test('a database is not opened with another master key, from the file or from the environment', async (t) => {
  const { dataDir, path, masterKey, secret } = await started(t)
  const other = randomBytes(32).toString('base64')
  const isClear = (error: unknown) =>
    error instanceof VaultError && /not the one that sealed the database/.test(error.message)

  await assert.rejects(start(dataDir, other), isClear)
  writeFileSync(path, other)
  await assert.rejects(start(dataDir), isClear)

  assert.equal(await start(dataDir, `${other} ${masterKey}`), secret)
})

test('a first start that was cut short before anything was sealed is taken up again', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-store-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const scope = { account: '123456789012', region: 'us-east-1' }
  const random = (): Uint8Array => {
    throw new Error('cut short')
  }
  await assert.rejects(
    openStore({ dataDir, masterKey: undefined, scope, now, randomBytes: random, announce: () => {} }),
    /cut short/,
  )

  assert.match(await start(dataDir), /./)
})
