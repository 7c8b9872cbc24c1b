import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../nodes/node-set.ts'
import { setsText } from './run-report.ts'

test('names of many nodes are told as far as a person reads, with the count of the others', () => {
  for (const [names, form] of [
    [Array.from({ length: 5_000 }, (_, index) => `web-${2 * index + 1}`), /^web-\[1,3,5,.*,\d+\] and (\d+) more/],
    [Array.from({ length: 5_000 }, (_, index) => `mi-${String(index).padStart(17, '0')}`), /^mi-0.*\d and (\d+) more/],
    [Array.from({ length: 5_000 }, (_, index) => `r${index * 2}[x`), /^r0\[x.* and (\d+) more/],
  ] as const) {
    const text = setsText(names)

    assert.ok(text.length < 700, text)
    assert.match(text, form)
    const [shown = '', more] = text.replace(' more (--json has all)', '').split(' and ')
    assert.ok(Number(more) > 4_000 && Number(more) < 5_000, text)
    if (shown.startsWith('web')) assert.ok(fold(names)[0]?.startsWith(shown.slice(0, -1)))
  }
  assert.equal(setsText(['web-2', 'web-1']), 'web-[1-2]')
})
