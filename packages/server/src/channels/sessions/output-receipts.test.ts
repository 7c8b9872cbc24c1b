import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutputReceipts } from './output-receipts.ts'

test('only what was on an earlier socket and was put before the acknowledged frame counts as seen', () => {
  const receipts = new OutputReceipts({ isRebuilt: false })
  receipts.put(0, 'a')
  receipts.put(1, 'b')
  receipts.nextSocket()
  receipts.put(0, 'a')
  receipts.put(2, 'c')
  receipts.put(3, 'd')
  receipts.put(1, 'b')
  assert.deepEqual(receipts.acknowledge(3), [{ sequenceNumber: 0, key: 'a' }])
  assert.equal(receipts.isAcknowledged(0), true)
  assert.deepEqual(
    [1, 2, 3].map((number) => receipts.isAcknowledged(number)),
    [false, false, true],
  )
})

test('an acknowledgement on a socket on which the frame was not put proves nothing', () => {
  const receipts = new OutputReceipts({ isRebuilt: true })
  receipts.put(0, 'a')
  receipts.put(1, 'b')
  receipts.nextSocket()
  assert.deepEqual(receipts.acknowledge(1), [])
})

test('after a restart whatever was put before counts as seen', () => {
  const receipts = new OutputReceipts({ isRebuilt: true })
  receipts.put(70, 'a')
  receipts.put(71, 'b')
  assert.deepEqual(receipts.acknowledge(71), [{ sequenceNumber: 70, key: 'a' }])
  assert.equal(receipts.isAcknowledged(5), false, 'nothing is known of what was before')
})

test('a ping that is answered proves the same, once the client has acknowledged anything', () => {
  const receipts = new OutputReceipts({ isRebuilt: false })
  receipts.put(0, 'a')
  receipts.put(1, 'b')
  receipts.nextSocket()
  assert.equal(receipts.put(0, 'a'), true)
  assert.equal(receipts.put(2, 'c'), false)
  assert.deepEqual(receipts.passed(receipts.order), [], 'it may not be ready')
  receipts.put(1, 'b')
  assert.deepEqual(receipts.acknowledge(1), [{ sequenceNumber: 0, key: 'a' }])
  receipts.nextSocket()
  receipts.put(2, 'c')
  const { order } = receipts
  receipts.put(3, 'd')
  assert.deepEqual(receipts.passed(order), [{ sequenceNumber: 2, key: 'c' }])
})

test('a number is acknowledged exactly when it has been, in whatever order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 40 }), fc.boolean(), (numbers, isRebuilt) => {
      const receipts = new OutputReceipts({ isRebuilt })
      const acknowledged = new Set<number>()
      for (const number of numbers) {
        receipts.put(number, String(number))
        for (const lost of receipts.acknowledge(number)) acknowledged.add(lost.sequenceNumber)
        acknowledged.add(number)
        for (let other = 0; other <= 60; other++) assert.equal(receipts.isAcknowledged(other), acknowledged.has(other))
      }
    }),
  )
})
