import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xmlText } from './xml-text.ts'

test('the text of the first element of a name is read', () => {
  assert.equal(xmlText('<A xmlns="u"><Arn>one</Arn><Arn>two</Arn></A>', 'Arn'), 'one')
})

test('escapes become the characters that they stand for, once', () => {
  assert.equal(xmlText('<M>&lt;a&gt; &amp;lt; &quot;&apos; &#65;&#x42;</M>', 'M'), `<a> &lt; "' AB`)
})

test('what stands for no character is left as it is', () => {
  assert.equal(xmlText('<M>&nope; &#x110000; & &#;</M>', 'M'), '&nope; &#x110000; & &#;')
})

test('an element that is not there, or has no end, has no text', () => {
  assert.equal(xmlText('<Message>x</Message>', 'Code'), undefined)
  assert.equal(xmlText('<Code>x', 'Code'), undefined)
})
