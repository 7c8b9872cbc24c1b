import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { decodeFrame, encodeFrame } from '@fairlead/wire/frame'
import { decodeAcknowledge, payloadTypes, streamFrame } from '@fairlead/wire/session-message'
import fc from 'fast-check'
import { ClientStream } from './client-stream.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** A client's stream on a channel that goes nowhere, and what came of what it was given. */
function givenStream() {
  const got: string[] = []
  const acknowledged: number[] = []
  const world = { now: () => new Date(), elapsed: () => 0, newId: randomUUID }
  const stream = new ClientStream(world, {
    backlog: () => 0,
    onOutput: (_payloadType, payload) => got.push(Buffer.from(payload).toString()),
    onFlow: () => undefined,
    onChannelClosed: () => assert.fail('nobody closes it here'),
  })
  stream.attach({
    send: (bytes) => {
      const frame = decodeFrame(bytes, { maxBytes: 1_000_000, sha256 })
      if (frame.messageType === 'acknowledge') acknowledged.push(decodeAcknowledge(frame.payload).sequenceNumber)
    },
    pause: () => undefined,
    resume: () => undefined,
    close: () => undefined,
    closed: new Promise(() => undefined),
  })
  return { stream, got, acknowledged }
}

function output(sequenceNumber: number, text: string): Buffer {
  const content = {
    messageType: 'output_stream_data',
    sequenceNumber,
    payloadType: payloadTypes.output,
    payload: Buffer.from(text),
  } as const
  return Buffer.from(encodeFrame(streamFrame(content, { messageId: randomUUID(), createdDate: 1 }), sha256))
}

test('frames that are cut, false or made up change nothing, and the right ones after them arrive', () => {
  const { stream, got, acknowledged } = givenStream()
  const right = output(0, 'first')
  for (let length = 0; length < right.length; length++) stream.receive(right.subarray(0, length))
  // All that a bit can spoil but the flags and the date, which nobody reads, and the digest's own blindness to the head.
  for (const at of [0, 3, 80, 111, 116, 119, 120, right.length - 1]) {
    const spoilt = Buffer.from(right)
    spoilt[at] = (spoilt[at] ?? 0) ^ 1
    stream.receive(spoilt)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => stream.receive(bytes)))
  assert.deepEqual(got, [])
  assert.deepEqual(acknowledged, [])

  stream.receive(right)
  assert.deepEqual(got, ['first'])
  assert.deepEqual(acknowledged, [0])
})

test('frames that are replayed are passed on once, and those that come early in their turn', () => {
  const { stream, got } = givenStream()
  const frames = ['a', 'b', 'c', 'd'].map((text, index) => output(index, text))
  for (const index of [2, 2, 0, 0, 3, 0, 1, 1, 2, 3]) stream.receive(frames[index] ?? Buffer.alloc(0))
  assert.deepEqual(got, ['a', 'b', 'c', 'd'])
})

test('a flood of frames that are not yet due is held up to a bound, and what is beyond it is not acknowledged', () => {
  const { stream, got, acknowledged } = givenStream()
  const part = randomBytes(16).toString('hex')
  for (let number = 1; number < 12_000; number++) stream.receive(output(number, part))
  assert.deepEqual(got, [])
  assert.ok(acknowledged.length <= 10_000, String(acknowledged.length))
  stream.receive(output(0, part))
  assert.equal(got.length, acknowledged.length)
})
