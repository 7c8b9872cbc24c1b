import assert from 'node:assert/strict'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { NodeMachine, newKeys, someKeys } from '@fairlead/testkit/node-machine'

const oldKeys = someKeys
const newerKeys = newKeys()
const day = 24 * 60 * 60_000

async function rotated(t: Parameters<typeof given>[0]) {
  const clock = new ManualClock()
  const world = await given(t, { clock })
  const node = await NodeMachine.register(world, { keys: oldKeys, now: () => clock.now() })
  const update = { NewPublicKey: newerKeys.publicKey, NewPublicKeyType: 'Rsa' } as const
  await node.callWithKey('UpdateManagedInstancePublicKey', update)
  const askWith = (keys: typeof oldKeys) =>
    node.callWithKey('RequestManagedInstanceRoleToken', { Fingerprint: node.fingerprint }, keys)
  return { clock, askWith }
}

test('the old key is good until the new one is first used, and then no more', async (t) => {
  const { askWith } = await rotated(t)
  await askWith(newerKeys)
  await assert.rejects(askWith(oldKeys), { code: 'InvalidSignatureException' })
  await askWith(newerKeys)
})

test('an agent that missed the answer goes on with its old key for good', async (t) => {
  const { clock, askWith } = await rotated(t)
  await askWith(oldKeys)
  clock.advance(2 * day)
  await askWith(oldKeys)
  await assert.rejects(askWith(newerKeys), { code: 'InvalidSignatureException' })
})

test('the old key is good for a day at most when neither is used', async (t) => {
  const { clock, askWith } = await rotated(t)
  clock.advance(day)
  await assert.rejects(askWith(oldKeys), { code: 'InvalidSignatureException' })
  await askWith(newerKeys)
})

test('a key that no node can have replaces nothing', async (t) => {
  const node = await NodeMachine.register(await given(t))
  const update = { NewPublicKey: newKeys(1024).publicKey, NewPublicKeyType: 'Rsa' } as const
  await assert.rejects(node.callWithKey('UpdateManagedInstancePublicKey', update), { code: 'ValidationException' })
  await node.credentials()
})
