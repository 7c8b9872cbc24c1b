import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { substitute, withDefaults } from './substitute.ts'

const given = new Map<string, unknown>([
  ['name', 'world'],
  ['lines', ['one', 'two']],
  ['count', 3],
  ['inner', '{{ name }}'],
  ['dollars', 'a$$b$1'],
])

test('a text that is only a placeholder becomes the value itself', () => {
  assert.deepEqual(substitute({ runCommand: '{{ lines }}', n: '{{count}}' }, given), {
    runCommand: ['one', 'two'],
    n: 3,
  })
})

test('inside a longer text a value that is no string is written as JSON', () => {
  assert.equal(substitute('{{lines}} x {{ count }}', given), '["one","two"] x 3')
})

test('a value that looks like a placeholder is not replaced in its turn', () => {
  assert.equal(substitute('<{{ inner }}>', given), '<{{ name }}>')
})

test('unknown names and other braces stay as they are', () => {
  assert.equal(substitute('{{ nobody }} {x}} {{ssm:y}}', given), '{{ nobody }} {x}} {{ssm:y}}')
})

test('two dollars of a value inside a longer text become one, and $1 means nothing', () => {
  assert.equal(substitute('-{{ dollars }}', given), '-a$b$1')
})

test('a text without braces is never changed', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('{{')),
      (text) => substitute(text, given) === text,
    ),
  )
})

test('a value that is given wins over the default, and null counts as not given', () => {
  const declared = { a: { type: 'String', default: 'x' }, b: { type: 'String', default: 'y' }, c: { type: 'String' } }
  assert.deepEqual(
    [...withDefaults(declared, { a: 'z', b: null })],
    [
      ['a', 'z'],
      ['b', 'y'],
    ],
  )
})
