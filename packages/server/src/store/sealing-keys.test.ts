import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newProgress } from '../domain/mfa-device.ts'
import { SqlIdentityStore } from './identities/sql-identity-store.ts'
import { sealingKeys } from './sealing-keys.ts'
import { openQueryPlans } from './testing/query-plans.ts'
import { createVault } from './vault.ts'

const plans = await openQueryPlans()
after(() => plans.close())

const vaultOf = (byte: number) => createVault([new Uint8Array(32).fill(byte)], (length) => new Uint8Array(length))

test('each master key that sealed anything is found once, however much it sealed', async () => {
  const { database } = plans
  assert.deepEqual(await sealingKeys(database), [])
  const vaults = [1, 2, 3].map(vaultOf)
  for (const index of [0, 1, 2, 3, 4, 5]) {
    const vault = vaults[index % vaults.length]
    assert.ok(vault)
    const { mfaDevices } = new SqlIdentityStore({ database, scope: { account: '1', region: 'r' }, vault })
    const device = { serialNumber: `serial ${index}`, seed: new Uint8Array(20), createdAt: new Date(0), tags: {} }
    await mfaDevices.addDevice({ ...device, progress: newProgress }, 9)
  }
  assert.deepEqual((await sealingKeys(database)).toSorted(), vaults.map(({ keyId }) => keyId).toSorted())
})

test('no table is read through for it', async () => {
  const steps = await plans.stepsOf(() => sealingKeys(plans.database))
  const along = steps.filter((step) => /^SEARCH \w+ USING COVERING INDEX/.test(step))
  assert.equal(along.length, 4, steps.join('\n'))
  assert.deepEqual(
    steps.filter((step) => /^SCAN (?!heads$|CONSTANT ROW$|\d)|TEMP B-TREE/.test(step)),
    [],
  )
})
