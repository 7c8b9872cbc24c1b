import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PageRequest } from '../../domain/page.ts'
import { filteredPage } from './filtered-page.ts'

/** Numbers from 0 up to `count`, and how many pages of them were read. */
function listingOf(count: number) {
  const listing = {
    reads: 0,
    async list({ limit, after }: PageRequest) {
      listing.reads++
      const from = after === undefined ? 0 : Number(after) + 1
      const items = Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, index) => from + index)
      return from + limit < count ? { items, next: String(items.at(-1)) } : { items }
    },
  }
  return listing
}

test('a page of one that has to be looked for is found in few reads, and the next goes on behind it', async () => {
  const listing = listingOf(10_000)
  const first = await filteredPage({ limit: 1 }, listing.list, (number) => number === 222)
  assert.deepEqual(first, { items: [222], next: '222' })
  assert.ok(listing.reads <= 7, `${listing.reads} reads`)
})

test('when nothing is wanted, a call ends after some hundred rows with a place to go on from', async () => {
  const listing = listingOf(10_000)
  const { items, next } = await filteredPage({ limit: 1 }, listing.list, () => false)
  assert.deepEqual(items, [])
  assert.ok(Number(next) >= 249 && Number(next) < 300, String(next))
  assert.ok(listing.reads <= 7, `${listing.reads} reads`)
})

test('a row that goes while a page is found out makes it no longer than it may be, and loses no other', async () => {
  let rows = [0, 1, 2, 3, 4, 5, 6]
  let reads = 0
  const list = async ({ limit, after = '-1' }: PageRequest) => {
    // The second one has found the third that is wanted; this one is to end with it.
    if (++reads === 3) rows = rows.filter((row) => row !== 3)
    const left = rows.filter((row) => row > Number(after))
    const items = left.slice(0, limit)
    return left.length > limit ? { items, next: String(items.at(-1)) } : { items }
  }
  const isWanted = (row: number) => row !== 1 && row !== 3

  const first = await filteredPage({ limit: 3 }, list, isWanted)
  const second = await filteredPage({ limit: 3, after: first.next }, list, isWanted)

  assert.deepEqual([...first.items, ...second.items], [0, 2, 4, 5, 6])
  assert.equal(first.items.length, 3)
})

test('pages together have all that is wanted, in order, none twice, and none is longer than it may be', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 700 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 90 }),
      async (count, limit, every) => {
        const isWanted = (number: number) => number % every === every - 1
        const { list } = listingOf(count)
        const seen: number[] = []
        let after: string | undefined
        do {
          const page = await filteredPage({ limit, after }, list, isWanted)
          assert.ok(page.items.length <= limit)
          seen.push(...page.items)
          after = page.next
        } while (after !== undefined)
        assert.deepEqual(seen, Array.from({ length: count }, (_, number) => number).filter(isWanted))
      },
    ),
    { numRuns: 60 },
  )
})
