import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TaggedResource } from '../../domain/tag.ts'
import type { ResourceGroupStore } from '../resource-group-store.ts'
import type { TagStore } from '../tag-store.ts'

const resource: TaggedResource = { type: 'ResourceGroup', id: 'first' }

/** What every implementation promises. `open` gives a store without tags; groups called `first` and `second` are there. */
export function tagStoreContract(open: () => Promise<{ tags: TagStore; groups: ResourceGroupStore }>): void {
  test('tags are added and overwritten, and keys differ by case', async () => {
    const { tags } = await open()
    await tags.addTags(resource, { env: 'test', Env: 'x' }, 50)
    await tags.addTags(resource, { env: 'prod', empty: '' }, 50)
    assert.deepEqual(await tags.tagsOf(resource), { Env: 'x', empty: '', env: 'prod' })
  })

  test('the tags of many are those of each, however many are asked for', async () => {
    const { tags } = await open()
    await tags.addTags(resource, { b: '1', a: '2' }, 50)
    await tags.addTags({ ...resource, id: 'second' }, { c: '3' }, 50)
    const others = Array.from({ length: 120 }, (_, index) => `none ${index}`)
    const found = await tags.tagsOfEach('ResourceGroup', [...others, 'first', 'second', 'first'])
    assert.deepEqual(Object.fromEntries(found), { first: { a: '2', b: '1' }, second: { c: '3' } })
    assert.equal((await tags.tagsOfEach('ResourceGroup', [])).size, 0)
    assert.equal((await tags.tagsOfEach('Document', ['first'])).size, 0)
  })

  test('a tag may be called as any member of an object', async () => {
    const { tags } = await open()
    const odd = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, string>
    await tags.addTags(resource, odd, 50)
    assert.deepEqual(Object.entries(await tags.tagsOf(resource)), Object.entries(odd))
  })

  test('too many tags change nothing, and overwriting is no addition', async () => {
    const { tags } = await open()
    await tags.addTags(resource, { a: '1', b: '2' }, 3)
    assert.equal(await tags.addTags(resource, { a: 'changed', c: '3', d: '4' }, 3), 'too-many')
    assert.deepEqual(await tags.tagsOf(resource), { a: '1', b: '2' })
    assert.equal(await tags.addTags(resource, { a: 'changed', c: '3' }, 3), 'added')
    assert.deepEqual(await tags.tagsOf(resource), { a: 'changed', b: '2', c: '3' })
  })

  test('of many who add the last tag at once, one does', async () => {
    const { tags } = await open()
    await tags.addTags(resource, { a: '1' }, 2)
    const outcomes = await Promise.all(['b', 'c', 'd'].map((key) => tags.addTags(resource, { [key]: '' }, 2)))
    assert.deepEqual(outcomes.sort(), ['added', 'too-many', 'too-many'])
  })

  test('removing takes the named keys of this resource and no others', async () => {
    const { tags } = await open()
    const other: TaggedResource = { ...resource, id: 'second' }
    await tags.addTags(resource, { a: '1', b: '2' }, 50)
    await tags.addTags(other, { a: '1' }, 50)
    await tags.removeTags(resource, ['a', 'unknown'])
    await tags.removeTags(resource, [])
    assert.deepEqual(await tags.tagsOf(resource), { b: '2' })
    assert.deepEqual(await tags.tagsOf(other), { a: '1' })
  })

  test('what is gone gets no tags, also when it goes at the same moment', async () => {
    const { tags, groups } = await open()
    for (const type of ['ManagedInstance', 'Document', 'Parameter', 'Key'] as const) {
      assert.equal(await tags.addTags({ type, id: 'first' }, { a: '1' }, 50), 'gone')
    }
    const [, outcome] = await Promise.all([groups.deleteGroup('first'), tags.addTags(resource, { a: '1' }, 50)])
    assert.equal(outcome, 'gone')
    assert.deepEqual(await tags.tagsOf(resource), {})
  })
}
