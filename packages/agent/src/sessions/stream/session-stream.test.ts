import assert from 'node:assert/strict'
import { hash, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { decodeFrame, encodeFrame } from '@fairlead/wire/frame'
import { payloadTypes, streamFrame } from '@fairlead/wire/session-message'
import { createLog } from '../../log.ts'
import { SessionStream } from './session-stream.ts'

test('the receipt of a key goes behind its echo', () => {
  const { stream, key, sent } = given()

  key(0)
  assert.deepEqual(sent, [])
  stream.write(payloadTypes.output, Buffer.from('a'))

  assert.deepEqual(sent, ['output_stream_data', 'acknowledge'])
})

test('the receipt of a key without an echo comes in a moment', () => {
  const { key, sent, passTime } = given()

  key(0)
  passTime()

  assert.deepEqual(sent, ['acknowledge'])
})

test('what follows a key at once has its receipt at once, and the key too', () => {
  const { key, sent } = given()

  key(0)
  key(1)

  assert.deepEqual(sent, ['acknowledge', 'acknowledge'])
})

test('a receipt that waits is given once, and not to the next connection', () => {
  const { stream, key, sent, passTime } = given()

  key(0)
  stream.detach()
  passTime()
  stream.write(payloadTypes.output, Buffer.from('a'))

  assert.deepEqual(sent, [])
})

function given() {
  const sent: string[] = []
  let later: (() => void)[] = []
  const clock = {
    now: () => 1,
    ticks: () => 1,
    after(_ms: number, act: () => void) {
      later.push(act)
      return () => {
        later = later.filter((one) => one !== act)
      }
    },
  }
  const world = { clock, log: createLog(clock, 'info', () => undefined), ticks: () => 0, newId: randomUUID }
  const stream = new SessionStream(world, {
    isReady: () => true,
    backlog: () => 0,
    onInput: () => undefined,
    onFlow: () => undefined,
    onChannelClosed: () => undefined,
  })
  stream.attach({
    send: (bytes) => sent.push(decodeFrame(bytes, { maxBytes: 1024, sha256 }).messageType) > 0,
    pause: () => undefined,
    resume: () => undefined,
    close: () => Promise.resolve(),
  })
  const key = (sequenceNumber: number) => {
    const content = { messageType: 'input_stream_data', sequenceNumber, payloadType: payloadTypes.output } as const
    const stamp = { messageId: randomUUID(), createdDate: 1 }
    stream.receive(encodeFrame(streamFrame({ ...content, payload: Buffer.from('a') }, stamp), sha256))
  }
  const passTime = () => {
    for (const act of later.splice(0)) act()
  }
  return { stream, sent, key, passTime }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
