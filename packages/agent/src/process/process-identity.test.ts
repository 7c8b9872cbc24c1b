import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityOfSelf, isAlive, parseIdentity } from './process-identity.ts'

test('the start time is found behind a name that holds spaces and brackets', () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 3))
  const line = `77 (a) (b c) ${fields.join(' ')}`
  assert.deepEqual(parseIdentity(line, 'm'), { pid: 77, startTime: '22', mark: 'm' })
})

test('a bare number is an identity, and text, 0, 1 and nothing are none', () => {
  assert.deepEqual(parseIdentity('88\n', 'm'), { pid: 88, startTime: undefined, mark: 'm' })
  for (const line of ['', 'not run\n', '0', '1', '-5']) assert.equal(parseIdentity(line, 'm'), undefined)
})

test('this process is alive, and one that began at another time is not it', {
  skip: process.platform !== 'linux',
}, () => {
  const self = identityOfSelf('m')
  assert.equal(isAlive(self), true)
  assert.equal(isAlive({ ...self, startTime: '1' }), false)
})
