import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PlaceSet } from './place-set.ts'

const places = fc.integer({ min: 0, max: 300 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    some: fc.array(fc.nat(Math.max(0, length - 1)), { maxLength: length }),
    others: fc.array(fc.nat(Math.max(0, length - 1)), { maxLength: length }),
  }),
)

function setOf(length: number, some: readonly number[]): PlaceSet {
  const set = new PlaceSet(length)
  for (const place of some) set.add(place)
  return set
}

test('a set of places has what was added, counts it once, and is read back from its text', () => {
  fc.assert(
    fc.property(places, ({ length, some, others }) => {
      const wanted = length === 0 ? new Set<number>() : new Set(some)
      const set = setOf(length, some)
      const back = PlaceSet.parse(String(set), length)
      assert.ok(back)
      for (const one of [set, back]) {
        assert.equal(one.count, wanted.size)
        for (let place = 0; place < length; place++) assert.equal(one.has(place), wanted.has(place))
      }
      const other = setOf(length, others)
      const left = [...wanted].filter((place) => !other.has(place)).sort((one, two) => one - two)
      assert.deepEqual([...set.without(other)], left)
    }),
  )
})

test('text that no set of this length has is none', () => {
  for (const text of ['AAAA', 'gA', '*', 'AQ==', 'AA', 'A']) assert.equal(PlaceSet.parse(text, 7), undefined, text)
})
