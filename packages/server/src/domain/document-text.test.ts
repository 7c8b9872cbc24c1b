import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { longestDocument, parseDocument, renderDocument } from './document-text.ts'

const unreadable = { code: 'InvalidDocumentContent' }

test('a document has 64 KB and not a byte more', () => {
  const quoted = (length: number) => JSON.stringify('é'.repeat((length - 2) / 2))
  assert.ok(parseDocument(quoted(longestDocument), 'JSON'))
  assert.throws(() => parseDocument(quoted(longestDocument + 2), 'JSON'), { code: 'MaxDocumentSizeExceeded' })
  assert.throws(() => parseDocument(' '.repeat(longestDocument + 1), 'YAML'), { code: 'MaxDocumentSizeExceeded' })
})

test('a small text of YAML does not become a large value', () => {
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) laughs.push(`a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]`)
  assert.throws(() => parseDocument(laughs.join('\n'), 'YAML'), unreadable)
  const many = `a: &a [${Array(500).fill('x')}]\nb: [${Array(49).fill('*a')}]`
  assert.throws(() => parseDocument(many, 'YAML'), unreadable)
  assert.throws(() => parseDocument('a: &a [*a]', 'YAML'), unreadable)
})

test('an alias stands for what it names', () => {
  assert.deepEqual(parseDocument('a: &x {k: 1}\nb: *x', 'YAML'), { a: { k: 1 }, b: { k: 1 } })
})

test('a map of many keys is read in about the time of a list of them', () => {
  const keys = Array.from({ length: 4_000 }, (_, n) => `k${n.toString(36)}`).join(',')
  const timeOf = (text: string) => {
    const began = performance.now()
    parseDocument(text, 'YAML')
    return performance.now() - began
  }
  // Comparing each with each takes ten times as long.
  const ratio = () => timeOf(`{${keys}}`) / timeOf(`[${keys}]`)
  assert.ok([1, 2, 3].some(() => ratio() < 4))
})

test('nesting has an end in both formats', () => {
  for (const depth of [40, 30_000]) {
    const text = '['.repeat(depth) + ']'.repeat(depth)
    assert.throws(() => parseDocument(text, 'JSON'), unreadable)
    assert.throws(() => parseDocument(text, 'YAML'), unreadable)
  }
})

test('what is no JSON or no YAML is told with its line', () => {
  assert.throws(() => parseDocument('{\n"a": }', 'JSON'), {
    ...unreadable,
    message: /^JSON not well-formed\. at Line: 2, Column: 6: /,
  })
  assert.throws(() => parseDocument('a: 1\nb: [', 'YAML'), {
    ...unreadable,
    message: /^YAML not well-formed\. at Line: 2, Column: 5: /,
  })
  const twice = { ...unreadable, message: 'YAML not well-formed. at Line: 3, Column: 5: Map keys must be unique: a' }
  assert.throws(() => parseDocument('b:\n  - a: 1\n    a: 2', 'YAML'), twice)
  assert.ok(parseDocument('- a: 1\n- a: 1\n- &x a\n- {*x : 1, a : {a: 1}}', 'YAML'))
  assert.throws(() => parseDocument('a: 1\n---\nb: 2', 'YAML'), unreadable)
})

test('a document is the same in either format', () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(value, (document) => {
      const same: unknown = JSON.parse(JSON.stringify(document))
      assert.deepEqual(parseDocument(renderDocument(same, 'YAML'), 'YAML'), same)
      assert.deepEqual(parseDocument(renderDocument(same, 'JSON'), 'JSON'), same)
    }),
    { numRuns: 200 },
  )
})
