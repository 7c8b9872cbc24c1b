import assert from 'node:assert/strict'
import test from 'node:test'
import { stepTimeoutSeconds } from './step-timeout.ts'

test('a number from 5 to two days is what it says, as text as well', () => {
  for (const seconds of [5, 60, 172_800]) {
    assert.equal(stepTimeoutSeconds(seconds), seconds)
    assert.equal(stepTimeoutSeconds(String(seconds)), seconds)
  }
  for (const [input, seconds] of [
    [5.9, 5],
    ['7.9', 7],
    ['+60', 60],
    ['6e1', 60],
    ['172800.5', 172_800],
  ] as const) {
    assert.equal(stepTimeoutSeconds(input), seconds, String(input))
  }
})

test('anything else is an hour', () => {
  const others = [
    0,
    4,
    '4',
    4.9,
    -60,
    172_801,
    '172801',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    ' 60',
    '60s',
    '0x10',
  ]
  for (const input of [...others, `0${'0'.repeat(64)}60`, undefined, null, true, ['60'], {}]) {
    assert.equal(stepTimeoutSeconds(input), 3600, JSON.stringify(input))
  }
})
