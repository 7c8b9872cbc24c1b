import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { account, given, region, removal } from '@fairlead/testkit/given'
import { backup } from '../../backup.ts'
import { openStore } from '../../store/open-store.ts'

const mark = 'MARKED-PLAINTEXT'

/** Everything below a folder, as one text of bytes. */
function contentsOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))))
}

/** The ways in which bytes could have been written down by mistake. */
function formsOf(bytes: Uint8Array): (string | Buffer)[] {
  const buffer = Buffer.from(bytes)
  return [buffer, buffer.toString('base64').slice(0, -4), buffer.toString('hex'), [...buffer.subarray(0, 12)].join(',')]
}

test('no plaintext and no data key is left in log, audit or database, whether it went well or not', async (t) => {
  const lines: string[] = []
  const note = (fields: object, message: string) =>
    void lines.push(
      JSON.stringify(fields, (_, value) => (value instanceof Error ? String(value.stack) : value)),
      message,
    )
  const { root, dataDir, stop } = await given(t, { log: { debug: note, info: note, warn: note, error: note } })
  const KeyId = (await root.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? ''
  const Plaintext = Buffer.from(mark.repeat(4))

  const { CiphertextBlob } = await root.call('kms', 'Encrypt', { KeyId, Plaintext })
  await root.call('kms', 'Decrypt', { CiphertextBlob })
  await root.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId })
  const key = (await root.call('kms', 'GenerateDataKey', { KeyId, NumberOfBytes: 64 })).Plaintext ?? new Uint8Array(64)
  const chance = (await root.call('kms', 'GenerateRandom', { NumberOfBytes: 64 })).Plaintext ?? new Uint8Array(64)
  const refusals = await Promise.all(
    [
      root.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from(mark.repeat(300)) }),
      root.call('kms', 'Encrypt', { KeyId: 'alias/none', Plaintext }),
      root.call('kms', 'Encrypt', { KeyId, Plaintext, DryRun: true }),
      root.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: { a: 'b' } }),
      root.call('kms', 'Encrypt', { KeyId, Plaintext: mark as never }).catch((error: unknown) => Promise.reject(error)),
    ].map((call) => call.then(() => 'nothing was refused', String)),
  )
  await stop()

  const kept = contentsOf(dataDir)
  assert.ok(kept.includes('"eventName":"GenerateDataKey"'), 'the audit is among what is searched')
  const told = Buffer.from(`${lines.join('\n')}\n${refusals.join('\n')}`)
  for (const secret of [...formsOf(Plaintext), ...formsOf(key), ...formsOf(chance), mark]) {
    assert.ok(!kept.includes(secret), `${secret} was kept`)
    assert.ok(!told.includes(secret), `${secret} was told`)
  }
})

test('keys survive in a backup, which is of no use without the master key', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-kms-backup-'))
  const stolen = mkdtempSync(join(tmpdir(), 'fairlead-kms-stolen-'))
  t.after(() => [folder, stolen].map((path) => rmSync(path, removal)))
  const running = await given(t)
  const KeyId = (await running.root.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? ''
  const Plaintext = Buffer.from(mark)
  const { CiphertextBlob } = await running.root.call('kms', 'Encrypt', { KeyId, Plaintext })

  await backup(['--data-dir', running.dataDir, '--to', join(folder, 'fairlead.db')], {})
  copyFileSync(join(folder, 'fairlead.db'), join(stolen, 'fairlead.db'))
  copyFileSync(join(running.dataDir, 'master.key'), join(folder, 'master.key'))

  const { root } = await given(t, { dataDir: folder })
  assert.deepEqual(Buffer.from((await root.call('kms', 'Decrypt', { CiphertextBlob })).Plaintext ?? []), Plaintext)
  await assert.rejects(materialIn(stolen, KeyId), { name: 'VaultError' })
})

/** What a thief finds who has the database and a master key of his own. */
async function materialIn(dataDir: string, keyId: string): Promise<unknown> {
  const masterKey = randomBytes(32).toString('base64')
  const scope = { account, region }
  const { store, database } = await openStore({
    dataDir,
    masterKey,
    scope,
    now: () => new Date(),
    randomBytes,
    announce() {},
  })
  try {
    assert.equal((await store.keys.findKey(keyId))?.keyId, keyId)
    return await store.keys.findMaterial(keyId, 1)
  } finally {
    await database.close()
  }
}
