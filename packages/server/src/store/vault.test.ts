import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { readMasterKeys } from './master-key.ts'
import { createVault, VaultError } from './vault.ts'

const keyA = new Uint8Array(32).fill(1)
const keyB = new Uint8Array(32).fill(2)
const place = 'access-key/AKIAEXAMPLE'

test('what was sealed opens as it was', () => {
  const vault = createVault([keyA], randomBytes)

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (secret, association) => {
      assert.deepEqual(vault.open(vault.seal(secret, association), association), new Uint8Array(secret))
    }),
  )
})

test('a sealed text neither shows the secret nor repeats itself', () => {
  const vault = createVault([keyA], randomBytes)

  const sealed = vault.seal('wJalrXUtnFEMI', place)

  assert.equal(Buffer.from(sealed).includes('wJalr'), false)
  assert.notDeepEqual(sealed, vault.seal('wJalrXUtnFEMI', place))
})

test('a change of any byte is noticed', () => {
  const vault = createVault([keyA], randomBytes)
  const sealed = vault.seal('secret', place)

  for (const [at, byte] of sealed.entries()) {
    assert.throws(() => vault.open(sealed.with(at, byte ^ 1), place), VaultError, `byte ${at}`)
  }
})

test('no prefix of a sealed secret opens', () => {
  const vault = createVault([keyA], randomBytes)
  const sealed = vault.seal('secret', place)

  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => vault.open(sealed.subarray(0, length), place), VaultError, `${length} bytes`)
  }
})

test('a secret does not open at another place', () => {
  const vault = createVault([keyA], randomBytes)

  assert.throws(() => vault.open(vault.seal('secret', place), 'access-key/AKIAOTHER'), /altered, or belongs elsewhere/)
})

test('an older master key opens what it sealed, and says that it is stale', () => {
  const sealed = createVault([keyA], randomBytes).seal('secret', place)

  const rotated = createVault([keyB, keyA], randomBytes)

  assert.equal(Buffer.from(rotated.open(sealed, place)).toString(), 'secret')
  assert.equal(rotated.isStale(sealed), true)
  assert.equal(rotated.isStale(rotated.seal('secret', place)), false)
})

test('a key that is missing is named, by its id', () => {
  const vault = createVault([keyA], randomBytes)

  const sealed = vault.seal('secret', place)

  assert.throws(() => createVault([keyB], randomBytes).open(sealed, place), new RegExp(vault.keyId))
})

test('the first start makes a master key that only its owner can read, and the second finds it', (t) => {
  const directory = given(t)

  const first = readMasterKeys({ directory, random: randomBytes })

  assert.equal(statSync(join(directory, 'master.key')).mode & 0o777, 0o600)
  assert.deepEqual(readMasterKeys({ directory, random: randomBytes }), first)
})

test('a master key that others can read is refused', (t) => {
  const directory = given(t)
  readMasterKeys({ directory, random: randomBytes })

  chmodSync(join(directory, 'master.key'), 0o640)

  assert.throws(() => readMasterKeys({ directory, random: randomBytes }), /chmod 600/)
})

test('a configured key wins over the file, and a bad one is refused without being shown', (t) => {
  const directory = given(t)
  const configured = Buffer.from(keyA).toString('base64')

  assert.deepEqual(readMasterKeys({ directory, configured, random: randomBytes }), [keyA])

  for (const bad of ['', 'hunter2', `${configured}x`, Buffer.from('short').toString('base64')]) {
    assert.throws(
      () => readMasterKeys({ directory, configured: bad, random: randomBytes }),
      (error) => error instanceof VaultError && (bad === '' || !error.message.includes(bad)),
    )
  }
})

test('a file that holds no key is refused, not replaced', (t) => {
  const directory = given(t)
  writeFileSync(join(directory, 'master.key'), '', { mode: 0o600 })

  assert.throws(() => readMasterKeys({ directory, random: randomBytes }), /holds 0 master keys/)
})

function given(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-vault-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}
