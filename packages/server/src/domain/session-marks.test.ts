import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packMarks, type SessionMarks, unpackMarks } from './session-marks.ts'

const words = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 10 })
const marks: fc.Arbitrary<SessionMarks> = fc.record(
  {
    policy: fc.string({ minLength: 1, maxLength: 2_048 }),
    policyArns: words,
    tags: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
    transitiveTagKeys: words,
    sourceIdentity: fc.string({ minLength: 2, maxLength: 64 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('marks come back from a token as they went into it', () => {
  fc.assert(
    fc.property(marks, (given) => {
      const back = unpackMarks(packMarks(given))
      assert.deepEqual(back, Object.keys(given).length === 0 ? undefined : given)
    }),
    { numRuns: 200 },
  )
})

test('a session without marks carries nothing', () => {
  assert.equal(packMarks({}).length, 0)
  assert.equal(unpackMarks(new Uint8Array()), undefined)
})
