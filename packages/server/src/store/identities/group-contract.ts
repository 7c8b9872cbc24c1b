import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Group } from '../../domain/group.ts'
import type { IdentityStore } from '../identity-store.ts'
import { at, core, page, user } from './identity-samples.ts'

function group(groupName: string, changes: Partial<Group> = {}): Group {
  return { groupId: `AGPA${groupName.toUpperCase()}`, groupName, path: '/', createdAt: at, ...changes }
}

/** What every store of groups has to do. `open` answers an empty one. */
export function groupContract(open: () => Promise<IdentityStore>): void {
  test('a group is found in any case, renamed with its members, and listed under its path', async () => {
    const { groups, users } = await open()
    await users.addUser(user('alice'))
    assert.equal(await groups.addGroup(group('Admins'), 300), 'added')
    await groups.addGroup(group('b'), 300)
    assert.equal(await groups.addGroup(group('ADMINS', { groupId: 'AGPAOTHER' }), 300), 'name-taken')
    await groups.addMember('AGPAADMINS', 'AIDAALICE', 10)

    const [admins, nobody] = [group('Admins'), group('c', { groupId: 'AGPANOBODY' })]
    assert.equal(await groups.renameGroup(admins, { groupName: 'B', path: '/' }), 'name-taken')
    assert.equal(await groups.renameGroup(admins, { groupName: 'ops', path: '/x/' }), 'renamed')
    assert.equal(await groups.renameGroup(admins, { groupName: 'Admins', path: '/y/' }), 'changed-meanwhile')
    assert.equal(await groups.renameGroup(nobody, { groupName: 'c', path: '/' }), 'changed-meanwhile')

    assert.deepEqual(await groups.findGroup('OPS'), group('ops', { groupId: 'AGPAADMINS', path: '/x/' }))
    assert.equal(await groups.findGroup('admins'), undefined)
    assert.deepEqual(
      (await groups.listGroups({ ...page, pathPrefix: '/x/' })).items.map(({ groupName }) => groupName),
      ['ops'],
    )
    assert.deepEqual(
      (await groups.listGroupsOf('AIDAALICE')).map(({ groupName }) => groupName),
      ['ops'],
    )
  })

  test('there are no more groups than the quota, nor is a user in more than its own', async () => {
    const { groups, users } = await open()
    await users.addUser(user('alice'))
    for (const name of ['a', 'b']) await groups.addGroup(group(name), 2)

    assert.equal(await groups.addGroup(group('c'), 2), 'too-many')
    assert.equal(await groups.addMember('AGPAA', 'AIDAALICE', 1), 'added')
    assert.equal(await groups.addMember('AGPAA', 'AIDAALICE', 1), 'added')
    assert.equal(await groups.addMember('AGPAB', 'AIDAALICE', 1), 'too-many')
    assert.equal(await groups.addMember('AGPAB', 'AIDANOBODY', 1), 'not-found')
    assert.equal(await groups.removeMember('AGPAA', 'AIDAALICE'), true)
    assert.equal(await groups.removeMember('AGPAA', 'AIDAALICE'), false)
  })

  test('members are listed page by page in the order of names', async () => {
    const { groups, users } = await open()
    await groups.addGroup(group('a'), 10)
    for (const name of ['carol', 'Bob', 'alice']) {
      await users.addUser(user(name))
      await groups.addMember('AGPAA', `AIDA${name.toUpperCase()}`, 10)
    }

    const first = await groups.listMembers('AGPAA', { limit: 2 })
    const second = await groups.listMembers('AGPAA', { limit: 2, after: first.next })

    assert.deepEqual(
      [...first.items, ...second.items].map(({ userName }) => userName),
      ['alice', 'Bob', 'carol'],
    )
    assert.equal(second.next, undefined)
  })

  test('a group goes only when it is empty, and a user only when it is in none', async () => {
    const { groups, users, inlinePolicies, attachments } = await open()
    await users.addUser(user('alice'))
    await groups.addGroup(group('a'), 10)
    await groups.addMember('AGPAA', 'AIDAALICE', 10)
    await inlinePolicies.putInlinePolicy('AGPAA', { policyName: 'p', document: '1' }, 9)
    await attachments.attach('AGPAA', core, 10)

    assert.equal(await users.removeUser('AIDAALICE'), 'has-groups')
    assert.equal(await groups.removeGroup('AGPAA'), 'has-members')
    await groups.removeMember('AGPAA', 'AIDAALICE')
    assert.equal(await groups.removeGroup('AGPAA'), 'has-attachments')
    await attachments.detach('AGPAA', core)
    assert.equal(await groups.removeGroup('AGPAA'), 'has-policies')
    await inlinePolicies.removeInlinePolicy('AGPAA', 'p')
    assert.equal(await groups.removeGroup('AGPAA'), 'removed')
    assert.equal(await groups.removeGroup('AGPAA'), 'not-found')
  })

  test('a user is bound by the policies of its groups, each once, for as long as it is in them', async () => {
    const { groups, users, inlinePolicies, attachments, policies } = await open()
    await users.addUser(user('alice'))
    await groups.addGroup(group('a'), 10)
    await groups.addMember('AGPAA', 'AIDAALICE', 10)
    await inlinePolicies.putInlinePolicy('AGPAA', { policyName: 'p', document: 'of group' }, 99)
    await inlinePolicies.putInlinePolicy('AIDAALICE', { policyName: 'p', document: 'own' }, 99)
    await attachments.attach('AGPAA', core, 10)
    await attachments.attach('AIDAALICE', core, 10)

    const bound = await policies.bindingPolicies({ kind: 'user', name: 'alice' })
    await groups.removeMember('AGPAA', 'AIDAALICE')
    const after = await policies.bindingPolicies({ kind: 'user', name: 'alice' })

    assert.deepEqual(
      bound.map(({ name, owner, document }) => [name, owner?.kind, owner?.name, document.slice(0, 8)]),
      [
        ['p', 'user', 'alice', 'own'],
        ['p', 'group', 'a', 'of group'],
        ['AmazonSSMManagedInstanceCore', undefined, undefined, '{"Versio'],
      ],
    )
    assert.equal(after.length, 2)
  })
}
