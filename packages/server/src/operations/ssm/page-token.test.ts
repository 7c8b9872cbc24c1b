import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ServiceError } from '../../domain/error.ts'
import { pageToken, placeOf } from './page-token.ts'

test('a token leads back to its place, in its own listing only', () => {
  const token = pageToken('ListCommands', '123.abc.')
  assert.equal(placeOf('ListCommands', token), '123.abc.')
  assert.throws(() => placeOf('ListCommandInvocations', token), { code: 'InvalidNextToken' })
})

test('there is no token after the last page', () => assert.equal(pageToken('ListCommands', undefined), undefined))

test('no text but a token is taken for one', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        placeOf('L', text)
      } catch (error) {
        assert.ok(error instanceof ServiceError)
        assert.equal(error.code, 'InvalidNextToken')
      }
    }),
  )
  for (const text of ['', 'TA', `${pageToken('L', 'x')}=`, 'x'.repeat(2000)])
    assert.throws(() => placeOf('L', text), ServiceError)
})
