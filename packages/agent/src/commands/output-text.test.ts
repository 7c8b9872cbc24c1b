import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { combine, cutStream, longestStream, prefix, readStream } from './output-text.ts'

test('a cut never parts the two halves of a character', () => {
  assert.equal(prefix('ab😀', 3), 'ab')
  assert.equal(prefix('ab😀', 4), 'ab😀')
})

test('no cut text is longer than its limit, and what fits is left alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 20, max: 200 }), (text, limit) => {
      const cut = cutStream(text, limit)
      assert.ok(cut.length <= limit)
      assert.equal(cut === text, text.length <= limit)
      assert.ok(cut.isWellFormed())
    }),
  )
})

test('both streams together are never longer than 2,500 characters', () => {
  const long = fc.string({ maxLength: 4_000, size: 'max' })
  fc.assert(fc.property(long, long, (stdout, stderr) => combine(stdout, stderr).length <= 2_500))
})

test('a short stream leaves its room to a long one, and both are named when cut', () => {
  const combined = combine('o'.repeat(5_000), 'short error')
  assert.ok(combined.startsWith('oooo'))
  assert.ok(combined.endsWith('\n---Output truncated---\n----------ERROR-------\nshort error'))
  assert.match(combine('o'.repeat(5_000), 'e'.repeat(5_000)), /Output truncated.*Error truncated/s)
})

test('a stream is read to the longest that is reported and never ends in half a character', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'stdout')
  for (const head of ['', 'a', 'ab']) {
    writeFileSync(file, head + '日'.repeat(30_000))
    const text = readStream(file)
    assert.ok(text.length > longestStream)
    assert.doesNotMatch(text, /\uFFFD/)
  }
  writeFileSync(file, Buffer.from([0x61, 0xff, 0xe6, 0x97]))
  assert.equal(readStream(file), 'a\uFFFD\uFFFD')
  assert.equal(readStream(join(folder, 'none')), '')
})
