import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { frameOf } from '@fairlead/testkit/channel-peer'
import fc from 'fast-check'
import { type DataFrame, messageIdOf, readDataFrame } from './data-frame.ts'
import { Outbox } from './outbox.ts'

function acknowledgement(length = 10): DataFrame {
  return readDataFrame(Buffer.from(frameOf('acknowledge', Buffer.alloc(length, 'x'))))
}

function data(sequenceNumber: number): DataFrame {
  return { ...acknowledgement(), messageType: 'output_stream_data', sequenceNumber }
}

test('the message id of a frame is found again in its key', () => {
  const id = randomUUID()
  assert.equal(messageIdOf(readDataFrame(Buffer.from(frameOf('acknowledge', { a: 1 }, id))).key), id)
})

test('whatever happens, frames leave in their order and none is lost that was not confirmed', () => {
  const step = fc.oneof(
    fc.constant('add' as const),
    fc.constant('take' as const),
    fc.constant('rewind' as const),
    fc.constant('confirm' as const),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const outbox = new Outbox()
      /** The number that the next frame gets, what may be taken next, and up to where all is confirmed. */
      let [added, next, confirmed] = [0, 0, 0]
      for (const one of steps) {
        if (one === 'add') outbox.add(data(added++))
        if (one === 'take') {
          const frame = outbox.take()
          assert.equal(frame?.sequenceNumber, next < added ? next : undefined)
          if (frame !== undefined) next++
        }
        if (one === 'rewind') {
          outbox.rewind()
          next = confirmed
        }
        if (one === 'confirm') {
          outbox.confirm(outbox.written)
          confirmed = next
        }
        assert.equal(outbox.bytes, (added - confirmed) * 130)
        assert.equal(outbox.writtenBytes, (next - confirmed) * 130)
        assert.equal(outbox.isWaiting, next < added)
      }
    }),
  )
})

test('the acknowledgement of a frame confirms it and all that was written before it', () => {
  const outbox = new Outbox()
  for (const frame of [acknowledgement(), data(0), acknowledgement(), data(1)]) outbox.add(frame)
  for (let count = 0; count < 4; count++) outbox.take()
  outbox.confirmNumber(0)
  assert.equal(outbox.bytes, 260)
  outbox.confirmNumber(7)
  assert.equal(outbox.bytes, 260)
  outbox.confirmNumber(1)
  assert.equal(outbox.bytes, 0)
})

test('what was not written cannot be confirmed or trimmed away', () => {
  const outbox = new Outbox()
  outbox.add(data(0))
  outbox.add(data(1))
  outbox.take()
  outbox.confirmNumber(1)
  assert.equal(outbox.bytes, 130)
  outbox.trim(0)
  assert.equal(outbox.take()?.sequenceNumber, 1)
})

test('the same frame is taken on once while it is on its way, and again after that', () => {
  const outbox = new Outbox()
  const frame = data(0)
  assert.equal(outbox.add(frame), true)
  assert.equal(outbox.add(frame), false)
  outbox.take()
  assert.equal(outbox.add(frame), false)
  outbox.confirm(outbox.written)
  assert.equal(outbox.add(frame), true)
})
