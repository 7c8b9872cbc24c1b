import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomPool } from './random-pool.ts'

/** Draws that can be told apart: 1, 2, 3 … as 32-bit numbers. */
function counter() {
  let next = 0
  let draws = 0
  const draw = (length: number) => {
    draws++
    const numbers = Uint32Array.from({ length: length / 4 }, () => ++next)
    return new Uint8Array(numbers.buffer)
  }
  return { draw, draws: () => draws }
}

test('no byte of a pool is handed out twice, within a draw and from one to the next', () => {
  const { draw, draws } = counter()
  const random = randomPool(draw)

  const portions = Array.from({ length: 1_000 }, () => Buffer.from(random(16)).toString('hex'))

  assert.equal(new Set(portions).size, portions.length)
  assert.equal(draws(), 4)
})

test('what was handed out stays as it is, and is the length that was asked for', () => {
  const random = randomPool(counter().draw)
  const first = random(8)
  const before = first.slice()

  const lengths = [1, 3, 4096, 32].map((length) => random(length).length)

  assert.deepEqual(lengths, [1, 3, 4096, 32])
  assert.deepEqual(first, before)
  assert.equal(first.buffer.byteLength, 8)
})
