import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePattern } from './pattern.ts'
import { serviceIds, serviceModel } from './service-models.ts'

test('a pattern must match the whole text, anchored or not', () => {
  const version = compilePattern('([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)')
  for (const good of ['$LATEST', '$DEFAULT', '1', '12']) assert.match(good, version)
  for (const bad of ['', '0', '$LATESTx', 'x$LATEST', '1\n']) assert.doesNotMatch(bad, version)
})

test('escapes that JavaScript does not need mean the character itself', () => {
  assert.match('a:b-c', compilePattern('[\\w+=,.@\\:-]*'))
  assert.match('-1', compilePattern('([\\-])1'))
})

test('a leading (?i) makes the whole pattern ignore case', () => {
  const account = compilePattern('(?i)all|[0-9]{12}')
  assert.match('ALL', account)
  assert.match('123456789012', account)
})

test('properties of Unicode are known', () => {
  const tag = compilePattern('^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$')
  assert.match('Größe 東京 ٣', tag)
  assert.doesNotMatch('a;b', tag)
})

test('spaces are those of Java', () => {
  assert.doesNotMatch(' \t', compilePattern('^(?!\\s*$).+'))
  assert.match('\u2003', compilePattern('^(?!\\s*$).+'))
  assert.match('a\n', compilePattern('[^\\s]\\s'))
})

test('a document of several lines is text', () => {
  assert.match('{\n}', compilePattern('^(?!\\s*$).+'))
})

// Patterns run on what callers send: with a quadratic one this would take minutes.
test('no pattern of the models is slow on a long text that almost fits', () => {
  for (const service of serviceIds) {
    for (const { pattern, max = 20_000 } of Object.values(serviceModel(service).shapes)) {
      if (pattern === undefined) continue
      const compiled = compilePattern(pattern)
      for (const unit of ['a', '/', '1', ' ', 'a/', '::', '0.']) {
        const long = unit.repeat(Math.min(max, 20_000) / unit.length)
        for (const text of [`${long}\0`, `s3://a/${long}/`, `https://${long}\n`]) compiled.test(text)
      }
    }
  }
})
