import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf } from './context.ts'
import { anyOne, anyRun, readTemplate, resolve } from './template.ts'

const full = { wildcards: true, variables: true }
const context = contextOf({ 'aws:username': 'al*ce', 'aws:PrincipalTag/cost center': '7', 'aws:TagKeys': ['a'] })

test('a value put in the place of a variable is text, whatever it holds', () => {
  assert.deepEqual(resolve(readTemplate(`a*\${aws:username}`, full), context), ['a', anyRun, 'al*ce'])
})

test('a variable is found whatever its case', () => {
  assert.deepEqual(resolve(readTemplate(`\${AWS:UserName}`, full), context), ['al*ce'])
})

test('a key may hold a blank', () => {
  assert.deepEqual(resolve(readTemplate(`\${aws:PrincipalTag/Cost Center}`, full), context), ['7'])
})

test('a variable without value takes its fallback, as text', () => {
  assert.deepEqual(resolve(readTemplate(`\${aws:userid, 'no*one'}`, full), context), ['no*one'])
})

test('a variable with value does not take its fallback', () => {
  assert.deepEqual(resolve(readTemplate(`\${aws:username, 'no*one'}`, full), context), ['al*ce'])
})

test('a variable without value leaves nothing to compare with', () => {
  assert.equal(resolve(readTemplate(`x\${aws:userid}`, full), context), undefined)
})

test('a key with several values has no value to put', () => {
  assert.equal(resolve(readTemplate(`\${aws:TagKeys, 'x'}`, full), context), undefined)
})

test('the three escapes stand for their character', () => {
  assert.deepEqual(readTemplate(`\${*}\${?}\${$}*?`, full), ['*?$', anyRun, anyOne])
})

test('a variable that is not closed is text', () => {
  assert.deepEqual(readTemplate('a${aws:username', full), ['a${aws:username'])
})

test('without variables all of it is text, but for the wildcards', () => {
  assert.deepEqual(readTemplate(`\${*}`, { wildcards: true, variables: false }), ['${', anyRun, '}'])
})

test('many openings without an end are read in one go', () => {
  const text = '${'.repeat(50_000)

  assert.deepEqual(readTemplate(text, full), [text])
})
