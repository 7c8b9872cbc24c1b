import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { decodeFrame, encodeFrame, type Frame, FrameError } from './frame.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const limits = { maxBytes: 200_000, sha256 }
const utf8 = new TextEncoder()

function frameOf(changes: Partial<Frame> = {}): Frame {
  return {
    messageType: 'agent_job',
    schemaVersion: 1,
    createdDate: 1_795_312_323_000,
    sequenceNumber: 0,
    flags: 0,
    messageId: '5522ce6c-6a98-4aee-9cd7-466f93541577',
    payloadType: 0,
    payload: utf8.encode('{"a":1}'),
    ...changes,
  }
}
const bytesOf = (changes: Partial<Frame> = {}) => encodeFrame(frameOf(changes), sha256)
const plain = (frame: Frame) => ({ ...frame, payload: [...frame.payload] })

const frames: fc.Arbitrary<Frame> = fc.record({
  messageType: fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/),
  schemaVersion: fc.nat(0xffffffff),
  createdDate: fc.integer({ min: 1, max: 8.64e15 }),
  sequenceNumber: fc.maxSafeInteger(),
  flags: fc.maxSafeNat(),
  messageId: fc.uuid(),
  payloadType: fc.nat(0xffffffff),
  payload: fc.uint8Array({ minLength: 1, maxLength: 300 }),
})

test('a resize sent by session-manager-plugin reads as what it is and is written the same again', () => {
  const payload = utf8.encode('{"cols":120,"rows":40}')
  const captured = Buffer.concat([
    Buffer.from('00000074', 'hex'),
    Buffer.from('input_stream_data               '),
    Buffer.from('00000001000001a200b42b7d00000000000000010000000000000000', 'hex'),
    Buffer.from('b3b71c5d2f741a31cc0caa74c556439e', 'hex'),
    sha256(payload),
    Buffer.from('0000000300000016', 'hex'),
    payload,
  ])

  const frame = decodeFrame(captured, limits)

  assert.deepEqual(plain(frame), {
    messageType: 'input_stream_data',
    schemaVersion: 1,
    createdDate: 0x1a200b42b7d,
    sequenceNumber: 1,
    flags: 0,
    messageId: 'cc0caa74-c556-439e-b3b7-1c5d2f741a31',
    payloadType: 3,
    payload: [...payload],
  })
  assert.deepEqual(Buffer.from(encodeFrame(frame, sha256)), captured)
})

test('a frame is the same wherever its room lies and whatever was in it', () => {
  const dirty = (length: number) => new Uint8Array(length + 20).fill(0xff).subarray(13, 13 + length)

  assert.deepEqual(Buffer.from(encodeFrame(frameOf({}), sha256, dirty)), Buffer.from(bytesOf()))
})

test('the head of an agent_job_ack is laid out as amazon-ssm-agent sends it', () => {
  const bytes = bytesOf({ messageType: 'agent_job_ack', createdDate: 0x1a200bea30b, payload: new Uint8Array(0xe4) })

  const hex = Buffer.from(bytes).toString('hex')
  assert.equal(hex.slice(0, 72), `000000746167656e745f6a6f625f61636b${'20'.repeat(19)}`)
  assert.equal(hex.slice(72, 128), '00000001000001a200bea30b00000000000000000000000000000000')
  assert.equal(hex.slice(128, 160), '9cd7466f935415775522ce6c6a984aee')
  assert.equal(hex.slice(224, 240), '00000000000000e4')
})

test('whatever is written is read again as it was', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      assert.deepEqual(plain(decodeFrame(encodeFrame(frame, sha256), limits)), plain(frame))
    }),
  )
})

test('no prefix of a frame is taken for a frame', () => {
  const whole = bytesOf()
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decodeFrame(whole.subarray(0, length), limits), FrameError, `${length} bytes`)
  }
})

test('a frame with bytes after its end is refused', () => {
  assert.throws(() => decodeFrame(Buffer.concat([bytesOf(), Buffer.from('x')]), limits), FrameError)
})

test('a false payload length is refused, although the digest fits', () => {
  for (const length of [0, 1, 6, 8, 0x7fff_ffff, 0xffff_ffff]) {
    const bytes = bytesOf()
    new DataView(bytes.buffer).setUint32(116, length)
    assert.throws(() => decodeFrame(bytes, limits), { name: 'FrameError', message: /7 bytes of payload/ }, `${length}`)
  }
})

test('a changed payload is refused for its digest', () => {
  const bytes = bytesOf()
  bytes[125] = (bytes[125] ?? 0) ^ 1
  assert.throws(() => decodeFrame(bytes, limits), { name: 'FrameError', message: /digest/ })
})

test('any bytes at all either read as a frame or are refused with a FrameError', () => {
  const damage = fc.record({ frame: frames, at: fc.nat(119), byte: fc.nat(255) })
  fc.assert(
    fc.property(damage, ({ frame, at, byte }) => {
      const bytes = encodeFrame(frame, sha256)
      bytes[at] = byte
      try {
        decodeFrame(bytes, limits)
      } catch (error) {
        assert.ok(error instanceof FrameError)
      }
    }),
  )
})

test('a frame over the limit is refused, one at the limit is read', () => {
  const bytes = bytesOf()
  assert.throws(() => decodeFrame(bytes, { maxBytes: bytes.length - 1, sha256 }), FrameError)
  assert.equal(decodeFrame(bytes, { maxBytes: bytes.length, sha256 }).messageType, 'agent_job')
})

test('a frame without a created date, a type or a known header length is refused', () => {
  const broken = (at: number, fill: readonly number[]) => {
    const bytes = bytesOf()
    bytes.set(fill, at)
    return bytes
  }
  assert.throws(() => decodeFrame(broken(40, Array(8).fill(0)), limits), FrameError)
  assert.throws(() => decodeFrame(broken(4, Array(32).fill(0x20)), limits), FrameError)
  assert.throws(() => decodeFrame(broken(4, Array(32).fill(0)), limits), FrameError)
  for (const length of [0, 115, 117, 0xff]) {
    assert.throws(() => decodeFrame(broken(0, [0, 0, 0, length]), limits), FrameError)
  }
  assert.throws(() => decodeFrame(broken(0, [0xff, 0xff, 0xff, 0xff]), limits), FrameError)
})

test('a type padded with NULs and a type that nobody knows are read', () => {
  const bytes = bytesOf({ messageType: 'agent_of_the_future' })
  bytes.fill(0, 4 + 'agent_of_the_future'.length, 36)
  assert.equal(decodeFrame(bytes, limits).messageType, 'agent_of_the_future')
})

test('a frame that a peer would reject is not written', () => {
  const refused: readonly Partial<Frame>[] = [
    { messageType: '' },
    { messageType: 'x'.repeat(33) },
    { messageType: 'é' },
    { createdDate: 0 },
    { messageId: 'no-uuid' },
    { payload: new Uint8Array(0) },
    { flags: -1 },
    { payloadType: 1.5 },
  ]
  for (const changes of refused) assert.throws(() => bytesOf(changes), FrameError, JSON.stringify(changes))
})
