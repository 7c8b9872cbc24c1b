import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { given, removal } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

test('a new master key before the old one takes its place, and the old one can then go', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-rotation-'))
  t.after(() => rmSync(dataDir, removal))
  const path = join(dataDir, 'master.key')
  const ca = () => readFileSync(join(dataDir, 'tls', 'ca.pem'), 'utf8')
  const first = await given(t, { dataDir, secure: true })
  const alice = await first.user('alice', [])
  const KeyId = (await first.root.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? ''
  const { CiphertextBlob } = await first.root.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('kept') })
  await first.root.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName: 'alice' })
  const authority = ca()
  await first.stop()

  const key = randomBytes(32).toString('base64')
  writeFileSync(path, `${key}\n${readFileSync(path, 'utf8')}`)
  const done = Promise.withResolvers<object>()
  const log = {
    debug() {},
    warn() {},
    info: (fields: object) => 'sealed' in fields && done.resolve(fields),
    error: done.reject,
  }
  const second = await given(t, { dataDir, secure: true, log })
  assert.ok('sealed' in (await done.promise))
  await second.stop()

  writeFileSync(path, `${key}\n`)
  const third = await given(t, { dataDir, secure: true })
  const who = await third.client(alice.credentials).query('sts', 'GetCallerIdentity', {})
  assert.equal(elementOf(who, 'Arn'), 'arn:aws:iam::123456789012:user/alice')
  const { Plaintext = new Uint8Array() } = await third.root.call('kms', 'Decrypt', { CiphertextBlob })
  assert.equal(Buffer.from(Plaintext).toString(), 'kept')
  assert.match(await third.root.query('iam', 'ListVirtualMFADevices', {}), /mfa\/alice/)
  assert.equal(ca(), authority)
})
