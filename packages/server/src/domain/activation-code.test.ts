import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashActivationCode, isActivationCode } from './activation-code.ts'

const code = '0123456789abcdef0123456789abcdef'

test('a code is known by its hash, which does not hold it', () => {
  const hash = hashActivationCode(code)
  assert.equal(isActivationCode(code, hash), true)
  assert.ok(!hash.includes(code.slice(0, 8)))
})

test('another code, part of one, and none at all are refused', () => {
  const hash = hashActivationCode(code)
  for (const wrong of [code.toUpperCase(), code.slice(1), `${code} `, '']) {
    assert.equal(isActivationCode(wrong, hash), false, JSON.stringify(wrong))
  }
})

test('nothing is the code of an activation that does not exist', () => {
  assert.equal(isActivationCode(code, undefined), false)
  assert.equal(isActivationCode('', undefined), false)
  assert.equal(isActivationCode(code, ''), false)
})
