import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResourceGroup } from '../../domain/resource-group.ts'
import type { ResourceGroupStore } from '../resource-group-store.ts'
import type { TagStore } from '../tag-store.ts'

const group: ResourceGroup = {
  name: 'web',
  description: 'é',
  query: '{}',
  createdAt: new Date(1_000),
  criticality: undefined,
  owner: undefined,
  displayName: undefined,
}
const resource = { type: 'ResourceGroup', id: 'web' } as const

/** What every implementation promises. `open` gives a fresh, empty store, and the tags beside it. */
export function resourceGroupStoreContract(
  open: () => { readonly groups: ResourceGroupStore; readonly tags: TagStore },
): void {
  test('a group is read back as it was added, and what is changed of it is changed alone', async () => {
    const { groups } = open()
    assert.equal(await groups.changeGroup('web', { query: '[]' }), undefined)
    assert.equal(await groups.addGroup(group, {}, 10), 'added')
    assert.deepEqual(await groups.findGroup('web'), group)
    const [first, second] = await Promise.all([
      groups.changeGroup('web', { query: '[]' }),
      groups.changeGroup('web', { criticality: 3, owner: 'team', displayName: 'Web' }),
    ])
    assert.deepEqual(first, { ...group, query: '[]' })
    assert.deepEqual(second, { ...group, query: '[]', criticality: 3, owner: 'team', displayName: 'Web' })
    assert.deepEqual(await groups.findGroup('web'), second)
  })

  test('a name is given once, and no more groups are kept than allowed', async () => {
    const { groups } = open()
    assert.equal(await groups.addGroup(group, {}, 2), 'added')
    assert.equal(await groups.addGroup(group, {}, 2), 'exists')
    assert.equal(await groups.addGroup({ ...group, name: 'db' }, {}, 2), 'added')
    assert.equal(await groups.addGroup({ ...group, name: 'more' }, {}, 2), 'too-many')
  })

  test('a deleted group is gone with its tags', async () => {
    const { groups, tags } = open()
    await groups.addGroup(group, { team: 'a' }, 10)
    assert.deepEqual(await tags.tagsOf(resource), { team: 'a' })
    await groups.deleteGroup('web')
    await groups.deleteGroup('web')
    assert.equal(await groups.findGroup('web'), undefined)
    assert.deepEqual(await tags.tagsOf(resource), {})
  })

  test('groups are listed by name, page by page', async () => {
    const { groups } = open()
    for (const name of ['c', 'a', 'b']) await groups.addGroup({ ...group, name }, {}, 10)
    const first = await groups.listGroups({ limit: 2 })
    assert.deepEqual([first.items.map(({ name }) => name), first.next], [['a', 'b'], 'b'])
    const second = await groups.listGroups({ limit: 2, after: first.next })
    assert.deepEqual([second.items.map(({ name }) => name), second.next], [['c'], undefined])
  })
}
