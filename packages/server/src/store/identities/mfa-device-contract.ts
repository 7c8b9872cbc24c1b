import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MfaDevice, newProgress } from '../../domain/mfa-device.ts'
import type { IdentityStore } from '../identity-store.ts'
import { at, later, page, user } from './identity-samples.ts'

const serial = (name: string) => `arn:aws:iam::123456789012:mfa/${name}`

function device(name: string, changes: Partial<MfaDevice> = {}): MfaDevice {
  const seed = Uint8Array.from({ length: 64 }, (_, index) => 255 - index)
  return {
    serialNumber: serial(name),
    seed,
    createdAt: at,
    tags: {},
    ownerId: undefined,
    enabledAt: undefined,
    progress: newProgress,
    ...changes,
  }
}

const toAlice = { userId: 'AIDAALICE', enabledAt: later, progress: { ...newProgress, drift: 2, lastStep: 7 } }

/** What every store of MFA devices has to do. `open` answers an empty one. */
export function mfaDeviceContract(open: () => Promise<IdentityStore>): void {
  test('a device is found as it was added, up to the limit, and no name is taken twice', async () => {
    const { mfaDevices } = await open()

    assert.equal(await mfaDevices.addDevice(device('a', { tags: { x: '1' } }), 2), 'added')
    assert.equal(await mfaDevices.addDevice(device('a'), 2), 'taken')
    assert.equal(await mfaDevices.addDevice(device('b'), 2), 'added')
    assert.equal(await mfaDevices.addDevice(device('c'), 2), 'too-many')

    const found = await mfaDevices.findDevice(serial('a'))
    assert.deepEqual(found && { ...found, seed: [...found.seed] }, {
      ...device('a', { tags: { x: '1' } }),
      seed: [...device('a').seed],
    })
    assert.equal(await mfaDevices.findDevice(serial('c')), undefined)
  })

  test('a device belongs to one user, who has no more than the limit, however many come at once', async () => {
    const { mfaDevices, users } = await open()
    for (const name of ['alice', 'bob']) await users.addUser(user(name))
    for (const name of ['a', 'b', 'c']) await mfaDevices.addDevice(device(name), 10)

    const answers = await Promise.all(['a', 'b', 'c'].map((name) => mfaDevices.assign(serial(name), toAlice, 2)))

    assert.deepEqual(answers.sort(), ['assigned', 'assigned', 'too-many'])
    const { items } = await mfaDevices.listDevices({ ...page, ownerId: 'AIDAALICE' })
    const [mine] = items
    assert.equal(items.length, 2)
    assert.deepEqual([mine?.enabledAt, mine?.progress], [later, toAlice.progress])
    const taken = mine?.serialNumber ?? ''
    assert.equal(await mfaDevices.assign(taken, { ...toAlice, userId: 'AIDABOB' }, 2), 'not-free')
    assert.equal(await mfaDevices.assign(serial('nowhere'), toAlice, 9), 'not-free')
    assert.equal(await mfaDevices.unassign(taken, 'AIDABOB'), false)
    assert.equal(await mfaDevices.removeDevice(taken), 'assigned')
    assert.equal(await users.removeUser('AIDAALICE'), 'has-mfa-devices')
    assert.equal(await mfaDevices.unassign(taken, 'AIDAALICE'), true)
    assert.equal(await mfaDevices.removeDevice(taken), 'removed')
    assert.equal(await mfaDevices.removeDevice(taken), 'not-found')
  })

  test('devices are listed page by page, all of them or those that somebody has or nobody', async () => {
    const { mfaDevices, users } = await open()
    await users.addUser(user('alice'))
    for (const name of ['c', 'a', 'b']) await mfaDevices.addDevice(device(name), 10)
    await mfaDevices.assign(serial('b'), toAlice, 8)
    const names = async (filter: object) =>
      (await mfaDevices.listDevices({ ...page, ...filter })).items.map(({ serialNumber }) => serialNumber.at(-1))

    assert.deepEqual(await names({}), ['a', 'b', 'c'])
    assert.deepEqual(await names({ isAssigned: true }), ['b'])
    assert.deepEqual(await names({ isAssigned: false }), ['a', 'c'])
    const first = await mfaDevices.listDevices({ limit: 2 })
    assert.deepEqual(await names({ after: first.next }), ['c'])
  })

  test('of two codes that are judged at once only one is kept, and tags are saved over those that were read', async () => {
    const { mfaDevices } = await open()
    await mfaDevices.addDevice(device('a'), 10)
    const next = { ...newProgress, failures: 1, failedAt: later }

    const answers = await Promise.all([1, 2, 3].map(() => mfaDevices.saveProgress(device('a'), next)))

    assert.deepEqual(answers.filter(Boolean), [true])
    assert.deepEqual((await mfaDevices.findDevice(serial('a')))?.progress, next)
    assert.equal(await mfaDevices.saveDeviceTags(device('a'), { x: '1' }), true)
    assert.equal(await mfaDevices.saveDeviceTags(device('a'), { x: '2' }), false)
    assert.deepEqual((await mfaDevices.findDevice(serial('a')))?.tags, { x: '1' })
  })
}
