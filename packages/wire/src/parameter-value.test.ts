import assert from 'node:assert/strict'
import test from 'node:test'
import { parameterValue } from './parameter-value.ts'

test('a list of one becomes a text only where the document declares a String', () => {
  assert.equal(parameterValue('String', ['8080']), '8080')
  assert.deepEqual(parameterValue('StringList', ['8080']), ['8080'])
})

test('the other types become what they name', () => {
  assert.equal(parameterValue('Integer', ['-12']), -12)
  assert.equal(parameterValue('Boolean', ['false']), false)
  assert.deepEqual(parameterValue('StringMap', ['{"a":"b"}']), { a: 'b' })
  assert.deepEqual(parameterValue('MapList', ['{"a":1}', '{}']), [{ a: 1 }, {}])
  assert.deepEqual(parameterValue('MapList', ['[{"a":1},{}]', '{"b":2}']), [{ a: 1 }, {}, { b: 2 }])
  assert.deepEqual(parameterValue('MapList', ['[]']), [])
})

test('a text that does not fit its type is refused', () => {
  const wrong = [
    ['String', ['a', 'b']],
    ['String', []],
    ['Integer', []],
    ['StringMap', []],
    ['Integer', ['1e3']],
    ['Integer', ['']],
    ['Boolean', ['yes']],
    ['StringMap', ['[]']],
    ['StringMap', ['{']],
    ['MapList', ['null']],
    ['MapList', ['[[{}]]']],
    ['MapList', ['[1]']],
  ] as const
  for (const [type, given] of wrong) {
    assert.throws(() => parameterValue(type, given), { name: 'MessageError' }, `${type} ${given}`)
  }
})
