import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareDecimals, readDecimal } from './numeric-operators.ts'

const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })

test('decimals are ordered as the integers they would be without their point', () => {
  fc.assert(
    fc.property(integer, integer, (a, b) => {
      const [left, right] = [a, b].map((one) => {
        const digits = (one < 0n ? -one : one).toString().padStart(12, '0')
        return readDecimal(`${one < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`)
      })
      assert.ok(left && right)
      assert.equal(Math.sign(compareDecimals(left, right)), a < b ? -1 : a > b ? 1 : 0)
    }),
  )
})

test('a negative number equals itself, by a zero that is like any other', () => {
  const number = readDecimal('-0.5')
  assert.ok(number)
  assert.equal(compareDecimals(number, number), 0)
})

test('what is no plain decimal number is not read', () => {
  for (const text of ['', '.', '-', '+.', '1e3', '0x10', ' 1', '1 ', '1.2.3', '١']) {
    assert.equal(readDecimal(text), undefined, text)
  }
})
