import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statementSpans } from './index.ts'

test('a lone statement is where the example of AWS says that it is', () => {
  const text =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'

  assert.deepEqual(statementSpans(text), [{ start: { line: 1, column: 38 }, end: { line: 1, column: 167 } }])
})

test('statements of a list are found line by line', () => {
  const text = '{\n  "Statement": [\n    {\n      "Effect": "Deny"\n    }, {}\n  ]\n}'

  assert.deepEqual(statementSpans(text), [
    { start: { line: 2, column: 17 }, end: { line: 5, column: 6 } },
    { start: { line: 5, column: 7 }, end: { line: 5, column: 10 } },
  ])
})

test('a policy without statements has none', () => {
  assert.deepEqual(statementSpans('{"Version":"2012-10-17"}'), [])
})
