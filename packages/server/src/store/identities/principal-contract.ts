import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityStore } from '../identity-store.ts'
import { core, key, page, role, user } from './identity-samples.ts'

/** What every store of users and roles has to do. `open` answers an empty one. */
export function principalContract(open: () => Promise<IdentityStore>): void {
  test('a user is found in any case and as it was added', async () => {
    const { users } = await open()
    const alice = user('Alice', { path: '/division/', tags: { Team: 'Web', __proto__: 'x' } })

    assert.equal(await users.addUser(alice), 'added')

    assert.deepEqual(await users.findUser('aLICE'), alice)
    assert.equal(await users.findUser('alice2'), undefined)
  })

  test('a name that differs in case only is taken', async () => {
    const { users, roles } = await open()
    await users.addUser(user('alice'))
    await roles.addRole(role('web'))

    assert.equal(await users.addUser(user('ALICE', { userId: 'AIDAOTHER' })), 'name-taken')
    assert.equal(await roles.addRole(role('Web', { roleId: 'AROAOTHER' })), 'name-taken')
  })

  test('users are listed page by page under a path, none twice and none left out', async () => {
    const { users } = await open()
    for (const name of ['dave', 'Bob', 'carol', 'alice']) await users.addUser(user(name, { path: '/web/' }))
    await users.addUser(user('eve', { path: '/db/' }))

    const first = await users.listUsers({ limit: 3, pathPrefix: '/web/' })
    const second = await users.listUsers({ limit: 3, pathPrefix: '/web/', after: first.next })

    assert.deepEqual(
      first.items.map((item) => item.userName),
      ['alice', 'Bob', 'carol'],
    )
    assert.deepEqual(
      second.items.map((item) => item.userName),
      ['dave'],
    )
    assert.equal(second.next, undefined)
  })

  test('a renamed user keeps its keys and policies, and its old name is free', async () => {
    const { users, accessKeys, inlinePolicies, policies } = await open()
    const alice = user('alice')
    await users.addUser(alice)
    await users.addUser(user('bob'))
    await accessKeys.addUserKey(alice.userId, key('AKIA1'), 2)
    await inlinePolicies.putInlinePolicy(alice.userId, { policyName: 'p', document: '{"a":1}' }, 100)

    assert.equal(await users.renameUser(alice, { userName: 'BOB', path: '/' }), 'name-taken')
    assert.equal(
      await users.renameUser({ ...alice, userId: 'AIDANOBODY' }, { userName: 'nobody', path: '/' }),
      'not-found',
    )
    assert.equal(await users.renameUser(alice, { userName: 'anna', path: '/x/' }), 'renamed')
    assert.equal(await users.renameUser(alice, { userName: 'alice', path: '/y/' }), 'changed-meanwhile')

    assert.equal(await users.findUser('alice'), undefined)
    assert.deepEqual((await accessKeys.findAccessKey('AKIA1'))?.owner, {
      kind: 'user',
      userId: alice.userId,
      userName: 'anna',
      path: '/x/',
    })
    assert.equal((await policies.bindingPolicies({ kind: 'user', name: 'anna' })).length, 1)
    assert.equal((await policies.bindingPolicies({ kind: 'user', name: 'alice' })).length, 0)
  })

  test('tags that somebody else changed in the meantime are not overwritten', async () => {
    const { users, roles } = await open()
    const alice = user('alice', { tags: { b: '2', a: '1' } })
    const web = role('web')
    await users.addUser(alice)
    await roles.addRole(web)

    assert.equal(await users.saveUserTags({ ...alice, tags: { a: '1', b: '2' } }, { c: '3' }), true)
    assert.equal(await users.saveUserTags(alice, { d: '4' }), false)
    assert.equal(await roles.saveRoleTags(web, { r: '1' }), true)
    assert.equal(await roles.saveRoleTags(web, { r: '2' }), false)

    assert.deepEqual((await users.findUser('alice'))?.tags, { c: '3' })
    assert.deepEqual((await roles.findRole('web'))?.tags, { r: '1' })
  })

  test('a user stays for as long as a key, a policy or an attachment hangs on it', async () => {
    const { users, accessKeys, inlinePolicies, attachments } = await open()
    const { userId } = user('alice')
    await users.addUser(user('alice'))
    await accessKeys.addUserKey(userId, key('AKIA1'), 2)
    await inlinePolicies.putInlinePolicy(userId, { policyName: 'p', document: '{}' }, 100)
    await attachments.attach(userId, core, 10)

    assert.equal(await users.removeUser(userId), 'has-access-keys')
    await accessKeys.removeAccessKey(userId, 'AKIA1')
    assert.equal(await users.removeUser(userId), 'has-attachments')
    await attachments.detach(userId, core)
    assert.equal(await users.removeUser(userId), 'has-policies')
    await inlinePolicies.removeInlinePolicy(userId, 'p')
    assert.equal(await users.removeUser(userId), 'removed')
    assert.equal(await users.removeUser(userId), 'not-found')
  })

  test('a role is found as it was added and changed, and stays while policies hang on it', async () => {
    const { roles, inlinePolicies, attachments } = await open()
    const web = role('Web', { path: '/service-role/', description: 'for nodes', trustPolicy: '{ "x": 1 }' })
    await roles.addRole(web)
    assert.deepEqual(await roles.findRole('web'), web)

    const both = [{ description: 'for all' }, { maxSessionSeconds: 7200 }]
    const described = await Promise.all(both.map((to) => roles.describeRole(web.roleId, to)))
    assert.deepEqual(described, [true, true])
    assert.equal(await roles.replaceTrustPolicy(web.roleId, '{}'), true)
    assert.equal(await roles.replaceTrustPolicy('AROANOBODY', '{}'), false)
    const changed = await roles.findRole('Web')
    assert.deepEqual(changed, { ...web, description: 'for all', maxSessionSeconds: 7200, trustPolicy: '{}' })

    await attachments.attach(web.roleId, core, 10)
    await inlinePolicies.putInlinePolicy(web.roleId, { policyName: 'p', document: '{}' }, 100)
    assert.equal(await roles.removeRole(web.roleId), 'has-attachments')
    await attachments.detach(web.roleId, core)
    assert.equal(await roles.removeRole(web.roleId), 'has-policies')
    await inlinePolicies.removeInlinePolicy(web.roleId, 'p')
    assert.equal(await roles.removeRole(web.roleId), 'removed')
    assert.deepEqual((await roles.listRoles(page)).items, [])
  })
}
