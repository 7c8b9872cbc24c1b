import assert from 'node:assert/strict'
import test from 'node:test'
import { refusalOf, refusals } from './refusal-code.ts'

test('an accepted job is no refusal', () => {
  assert.equal(refusalOf('200'), undefined)
})

test('a full agent gets its job later, one that has it already does not get it again', () => {
  assert.equal(refusalOf('51402')?.remedy, 'redeliver')
  assert.equal(refusalOf('51405')?.remedy, 'delivered')
  assert.equal(refusalOf('51408')?.remedy, 'fail')
})

test('a code that nobody knows, even one named like a member of every object, is an unexpected error', () => {
  assert.equal(refusalOf('51999'), refusals['51499'])
  assert.equal(refusalOf('constructor'), refusals['51499'])
})
