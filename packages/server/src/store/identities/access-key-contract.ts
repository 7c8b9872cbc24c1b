import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityStore } from '../identity-store.ts'
import { at, key, later, page, user } from './identity-samples.ts'

/** What every store of access keys has to do. `open` answers an empty one. */
export function accessKeyContract(open: () => Promise<IdentityStore>): void {
  test('a key is found with its secret, its owner and its status', async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))
    await accessKeys.addUserKey('AIDAALICE', key('AKIA1', 'tiger'), 2)
    await accessKeys.setStatus('AIDAALICE', 'AKIA1', 'Inactive')

    assert.deepEqual(await accessKeys.findAccessKey('AKIA1'), {
      accessKeyId: 'AKIA1',
      secret: 'tiger',
      owner: { kind: 'user', userId: 'AIDAALICE', userName: 'alice', path: '/' },
      status: 'Inactive',
      createdAt: at,
      lastUse: undefined,
    })
    assert.equal(await accessKeys.findAccessKey('AKIA2'), undefined)
  })

  test('a user has no more keys than the limit, however many are asked for at once', async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))

    const answers = await Promise.all(
      ['AKIA1', 'AKIA2', 'AKIA3', 'AKIA4'].map((id) => accessKeys.addUserKey('AIDAALICE', key(id), 2)),
    )

    assert.deepEqual(answers.sort(), ['added', 'added', 'too-many', 'too-many'])
    assert.equal(await accessKeys.addUserKey('AIDANOBODY', key('AKIA5'), 2), 'no-user')
    assert.equal((await accessKeys.listAccessKeys('AIDAALICE', page)).items.length, 2)
    assert.deepEqual((await accessKeys.listAccessKeys('AIDANOBODY', page)).items, [])
  })

  test("nobody's key can be changed in the name of another", async () => {
    const { users, accessKeys } = await open()
    await users.addUser(user('alice'))
    await accessKeys.addUserKey('AIDAALICE', key('AKIA1'), 2)

    assert.equal(await accessKeys.setStatus('AIDABOB', 'AKIA1', 'Inactive'), false)
    assert.equal(await accessKeys.removeAccessKey(undefined, 'AKIA1'), false)

    assert.equal((await accessKeys.findAccessKey('AKIA1'))?.status, 'Active')
  })

  test('the root key is made once, however often it is asked for', async () => {
    const { accessKeys } = await open()

    const made = await Promise.all(['AKIA1', 'AKIA2', 'AKIA3'].map((id) => accessKeys.ensureRootKey(key(id))))
    const again = await accessKeys.ensureRootKey(key('AKIA4'))

    assert.deepEqual(new Set(made.map((one) => one.accessKeyId)), new Set([again.accessKeyId]))
    assert.equal(again.secret, `secret of ${again.accessKeyId}`)
    assert.deepEqual(again.owner, { kind: 'root' })
    assert.equal(await accessKeys.addRootKey(key('AKIA5'), 2), 'added')
    assert.equal(await accessKeys.addRootKey(key('AKIA6'), 2), 'too-many')
  })

  test('the use of a key is remembered, at most once a minute, and counts as no change', async () => {
    const store = await open()
    const { accessKeyId } = await store.accessKeys.ensureRootKey(key('AKIA1'))
    const generation = store.generation()

    await store.accessKeys.recordUse(accessKeyId, { at, service: 'ssm', region: 'us-east-1' })
    await store.accessKeys.recordUse(accessKeyId, { at: new Date(at.getTime() + 59_999), service: 'iam', region: 'x' })
    assert.deepEqual((await store.accessKeys.findAccessKey(accessKeyId))?.lastUse, {
      at,
      service: 'ssm',
      region: 'us-east-1',
    })

    await store.accessKeys.recordUse(accessKeyId, { at: later, service: 'iam', region: 'x' })
    assert.equal((await store.accessKeys.findAccessKey(accessKeyId))?.lastUse?.service, 'iam')
    assert.equal(store.generation(), generation)
  })

  test('the generation grows before a change is answered', async () => {
    const store = await open()
    const before = store.generation()

    await store.users.addUser(user('alice'))

    assert.ok(store.generation() > before)
  })
}
