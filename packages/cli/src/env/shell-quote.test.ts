import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { shellQuote } from './shell-quote.ts'

test('a shell reads a quoted text as one word, the same text', () => {
  const texts = fc
    .sample(fc.string({ unit: 'binary-ascii', maxLength: 20 }), 200)
    .map((text) => text.replaceAll('\0', ''))
  texts.push(
    'ü→🚢',
    '\u2028',
    "it's",
    '$(reboot)',
    '`id`',
    '"',
    '\\',
    'a b',
    '-n',
    '*',
    '~',
    "'",
    "''",
    'a\nb',
    '!x',
    '#',
    '&&',
  )

  const script = `printf '%s\\0' ${texts.map(shellQuote).join(' ')}`
  const read = execFileSync('/bin/sh', ['-c', script]).toString().split('\0').slice(0, -1)

  assert.deepEqual(read, texts)
})

test('a plain path is left as it is', () => {
  assert.equal(shellQuote('/var/lib/fairlead-1/ca.pem'), '/var/lib/fairlead-1/ca.pem')
})
