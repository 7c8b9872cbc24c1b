import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GenerationCache } from './generation-cache.ts'

/** Something that is looked up, how often that was done, and a generation that the test moves. */
function world(limit = 10) {
  const state = { generation: 0, loads: 0 }
  const cache = new GenerationCache<string | undefined>(() => state.generation, limit)
  const get = (name: string, value: string | undefined = name) =>
    cache.get(name, async () => {
      state.loads++
      return value
    })
  return { state, cache, get }
}

test('what was looked up is not looked up again until something changes', async () => {
  const { state, get } = world()
  assert.deepEqual([await get('a'), await get('a'), state.loads], ['a', 'a', 1])
  state.generation++
  assert.deepEqual([await get('a', 'new'), await get('a'), state.loads], ['new', 'new', 2])
})

test('what changed while it was looked up is used once and not kept', async () => {
  const { state, cache, get } = world()
  const stale = cache.get('a', async () => {
    state.generation++
    return 'stale'
  })
  assert.equal(await stale, 'stale')
  assert.equal(await get('a', 'new'), 'new')
})

test('a slow look-up of an older generation does not replace what a newer one found', async () => {
  const { state, cache, get } = world()
  const { promise, resolve } = Promise.withResolvers<string>()
  const slow = cache.get('a', () => promise)
  state.generation++
  assert.equal(await get('a', 'new'), 'new')
  resolve('stale')
  assert.equal(await slow, 'stale')
  assert.equal(await get('a', 'never'), 'new')
})

test('it holds no more than its limit', async () => {
  const { state, get } = world(2)
  for (const name of ['a', 'b', 'a', 'b']) await get(name)
  assert.equal(state.loads, 2)
  for (const name of ['c', 'c', 'a']) await get(name)
  assert.equal(state.loads, 4)
})

test('names that nobody has take no place', async () => {
  const { state, cache, get } = world(2)
  await get('known')
  for (let stranger = 0; stranger < 10; stranger++) await cache.get(`no-${stranger}`, async () => undefined)
  await get('known')
  assert.equal(state.loads, 1)
})

test('a look-up that failed is tried again', async () => {
  const { cache, get } = world()
  await assert.rejects(cache.get('a', () => Promise.reject(new Error('no'))))
  assert.equal(await get('a'), 'a')
})
