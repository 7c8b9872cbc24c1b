import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameOrder } from './frame-order.ts'

function frame(sequenceNumber: number, length = 1) {
  return { sequenceNumber, payloadType: 1, payload: new Uint8Array(length) }
}

test('frames come out in order and once, in whatever order and however often they come in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat({ max: 29 }), { maxLength: 60 }), (count, noise) => {
      const order = new FrameOrder(0)
      const numbers = [...noise.filter((number) => number < count), ...Array(count).keys()]
      const out = numbers.flatMap((number) => order.take(frame(number)).frames)

      assert.deepEqual(
        out.map(({ sequenceNumber }) => sequenceNumber),
        [...Array(count).keys()],
      )
      assert.equal(order.isHolding, false)
    }),
  )
})

test('what never comes is given up, and counted', () => {
  const order = new FrameOrder(5)
  assert.deepEqual(order.take(frame(8)).frames, [])
  assert.equal(order.isHolding, true)
  const { frames, missing } = order.giveUp()

  assert.deepEqual([frames.map(({ sequenceNumber }) => sequenceNumber), missing], [[8], 3])
  assert.deepEqual(order.take(frame(6)).frames, [])
  assert.equal(order.take(frame(9)).frames.length, 1)
})

test('when too much waits for one that is missing, it is given up', () => {
  const order = new FrameOrder(0)
  const out = [1, 2, 3, 4, 5].map((number) => order.take(frame(number, 1024 * 1024)))

  assert.deepEqual(
    out.map(({ frames, missing }) => [frames.length, missing]),
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [5, 1],
    ],
  )
})

test('an order that nobody knows the beginning of begins with the first that comes', () => {
  const order = new FrameOrder(undefined)
  assert.equal(order.take(frame(42)).frames.length, 1)
  assert.equal(order.take(frame(41)).frames.length, 0)
})
