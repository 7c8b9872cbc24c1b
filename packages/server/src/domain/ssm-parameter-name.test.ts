import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newParameterName, parentOf, placeOfName, readPath, readReference } from './ssm-parameter-name.ts'

const scope = { account: '123456789012', region: 'us-east-1' }
const here = 'arn:aws:ssm:us-east-1:123456789012:parameter/'
const level = fc.stringMatching(/^[b-r0-9_.-][A-Za-z0-9_.-]{0,20}$/)
const names = fc.oneof(
  level,
  fc.array(level, { minLength: 1, maxLength: 15 }).map((levels) => `/${levels.join('/')}`),
)

test('every name is read back, by itself and by its ARN, with and without a selector', () => {
  fc.assert(
    fc.property(names, fc.option(fc.stringMatching(/^[A-Za-z0-9_.-]{1,9}$/), { nil: undefined }), (name, selector) => {
      const end = selector === undefined ? '' : `:${selector}`
      assert.equal(newParameterName(name, scope), name)
      const arn = `${here}${placeOfName(name)}`
      const place = placeOfName(name)
      assert.deepEqual(readReference(`${name}${end}`, scope), { place, name, selector, arn, isOurs: true })
      assert.deepEqual(readReference(`${arn}${end}`, scope), { place, name: undefined, selector, arn, isOurs: true })
    }),
  )
})

test('an ARN and its 1011 characters bound a name', () => {
  const longest = 'b'.repeat(1011 - here.length)
  assert.equal(newParameterName(longest, scope), longest)
  assert.throws(() => newParameterName(`${longest}b`, scope), { code: 'ValidationException' })
})

test('a path is read without the slashes around it', () => {
  assert.deepEqual(['/', '/a', '/a/b/', ' /a '].map(readPath), ['', 'a', 'a/b', 'a'])
  assert.deepEqual(['a', 'a/b', 'a/b/c'].map(parentOf), ['', 'a', 'a/b'])
  for (const wrong of ['', 'a', '//', '/a//b', '/a b', '/a:1', '/a'.repeat(17)]) {
    assert.throws(() => readPath(wrong), { code: 'ValidationException' }, wrong)
  }
})
