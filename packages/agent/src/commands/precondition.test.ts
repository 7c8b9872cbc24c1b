import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgePrecondition } from './precondition.ts'

const judge = (precondition: unknown) => judgePrecondition(precondition, new Map([['colour', 'red']]), 'Linux').kind

const cases: readonly (readonly [unknown, string])[] = [
  [undefined, 'met'],
  [{ StringEquals: ['platformType', 'Linux'] }, 'met'],
  [{ StringEquals: ['linux', 'platformType'] }, 'met'],
  [{ StringEquals: ['platformType', 'Windows'] }, 'unmet'],
  [{ StringEquals: ['{{ colour }}', 'red'] }, 'met'],
  [{ StringEquals: ['blue', '{{ colour }}'] }, 'unmet'],
  [{ StringEquals: ['platformType', 'platformType'] }, 'unknown'],
  [{ StringEquals: ['platformType'] }, 'unknown'],
  [{ StringLike: ['platformType', 'L*'] }, 'unknown'],
  [{ StringEquals: ['platformType', '{{ colour }}'] }, 'unknown'],
  [{ StringEquals: ['red', 'blue'] }, 'unknown'],
  [{ StringEquals: ['red', '{{ nobody }}'] }, 'unknown'],
  [{ StringEquals: ['{{ssm:colour}}', 'red'] }, 'unknown'],
  [{ StringEquals: ['red', '{{ ssm-secure:colour }}'] }, 'unknown'],
  [{ StringEquals: ['a {{ colour }} one', 'a red one'] }, 'met'],
  ['platformType', 'unknown'],
]

for (const [precondition, kind] of cases) {
  test(`${JSON.stringify(precondition)} is ${kind} on Linux`, () => {
    assert.equal(judge(precondition), kind)
  })
}

test('the value of a parameter is not shown when a precondition is not met', () => {
  const verdict = judgePrecondition({ StringEquals: ['{{ pin }}', '1'] }, new Map([['pin', 'hidden']]), 'Linux')
  assert.deepEqual(verdict, { kind: 'unmet', terms: '"StringEquals": [{{ pin }}, 1]' })
})
