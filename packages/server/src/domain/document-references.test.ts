import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withStored } from './document-references.ts'

test('stored values stand in the place of their names, and what has none stays', () => {
  const values = new Map([
    ['a', 'one'],
    ['/b:2', '{{ssm:a}}'],
  ])
  assert.equal(withStored('{{ssm:a}} {{ ssm:/b:2 }} {{ssm:c}} {{ a }}', values), 'one {{ssm:a}} {{ssm:c}} {{ a }}')
})

test('a text that names a long value over and over is refused before it takes much room', () => {
  const values = new Map([['a', 'x'.repeat(8192)]])
  assert.equal(withStored('{{ssm:a}}'.repeat(122), values).length, 999_424)
  assert.throws(() => withStored('{{ssm:a}}'.repeat(100_000), values), { code: 'InvalidParameters' })
})
