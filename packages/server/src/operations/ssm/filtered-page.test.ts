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
