import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoredValues } from './document-references.ts'

const withTexts = (...texts: (readonly [name: string, value: string])[]) =>
  new StoredValues(new Map(texts.map(([name, value]) => [name, { isList: false, value }])))

test('stored values stand in the place of their names, and what has none stays', () => {
  const values = withTexts(['a', 'one'], ['/b:2', '{{ssm:a}}'])
  assert.equal(values.inText('{{ssm:a}} {{ ssm:/b:2 }} {{ssm:c}} {{ a }}'), 'one {{ssm:a}} {{ssm:c}} {{ a }}')
})

test('values that name a long one over and over are refused before they take much room', () => {
  const values = withTexts(['a', 'x'.repeat(8192)])
  assert.equal(values.inText('{{ssm:a}}'.repeat(61)).length, 499_712)
  assert.equal(values.inText('{{ssm:a}}'.repeat(61)).length, 499_712)
  assert.throws(() => values.inItem('{{ssm:a}}'), { code: 'InvalidParameters' })
  assert.throws(() => withTexts(['a', 'x'.repeat(8192)]).inText('{{ssm:a}}'.repeat(100_000)), {
    code: 'InvalidParameters',
  })
})

test('a stored list becomes items where it is one, and stands in no text', () => {
  const values = new StoredValues(new Map([['l', { isList: true, value: 'one,two' }]]))
  assert.deepEqual(values.inItem(' {{ ssm:l }}'), ['one', 'two'])
  const refused = { code: 'InvalidParameters', message: /cannot be used as a String/ }
  assert.throws(() => values.inItem('a {{ssm:l}}'), refused)
  assert.throws(() => values.inText('{{ssm:l}}'), refused)
})
