import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listed, pageOf, pageRequest } from './page.ts'

test('a marker leads to where the page before ended, whatever the names', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 40 })),
      fc.integer({ min: 1, max: 5 }),
      (names, limit) => {
        const seen: string[] = []
        let marker: string | undefined
        do {
          const request = pageRequest({ MaxItems: limit, Marker: marker })
          const page = pageOf(names, request, (name) => name)
          assert.ok(page.items.length <= limit)
          seen.push(...page.items)
          marker = listed(page).Marker
        } while (marker !== undefined)
        assert.deepEqual(seen, [...names].sort())
      },
    ),
  )
})

test('a hundred items are a page when nobody says otherwise', () => {
  assert.deepEqual(pageRequest({}), { limit: 100 })
})

test('a marker that we did not make is refused', () => {
  for (const Marker of ['x', 'not base64!', 'YQ==', 'ÿþ']) {
    assert.throws(() => pageRequest({ Marker }), { code: 'ValidationError' }, Marker)
  }
})
