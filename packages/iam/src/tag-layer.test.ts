import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contextLayer, tagLayer } from './index.ts'

const prefixes = ['aws:resourcetag/', 'ssm:resourcetag/']
// Names that differ by case, hold a slash, begin like a prefix, or change their length in lower case.
const name = fc.oneof(
  fc.constantFrom('Team', 'team', 'TEAM', 'a/b', 'A/B', 'aws:resourcetag/team', 'İ', '', '7', '__proto__'),
  fc.string({ maxLength: 3 }),
)

test('a tag layer answers as if every tag had been laid out under every prefix', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ maxLength: 2 }))), fc.array(name), (pairs, others) => {
      const tags = Object.fromEntries(pairs)
      const laidOut = contextLayer(
        Object.fromEntries(
          Object.entries(tags).flatMap(([key, value]) =>
            ['aws:ResourceTag', 'ssm:resourceTag'].map((prefix) => [`${prefix}/${key}`, value]),
          ),
        ),
      )
      const layer = tagLayer(tags, prefixes)
      const named = [...Object.keys(tags), ...others].map((one) => one.toLowerCase())
      const keys = [...named, ...prefixes, ...prefixes.flatMap((prefix) => named.map((one) => prefix + one))]

      for (const key of keys) assert.deepEqual(layer.get(key), laidOut.get(key), key)
    }),
  )
})
