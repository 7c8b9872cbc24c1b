import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RecordedEvent } from '../../domain/recorded-event.ts'
import { decodeEvents, encodeEvents, mostNumber, RecordingDamaged } from './event-codec.ts'
import { openMember, readMemberHead, sealMember } from './member-codec.ts'

const key = createHash('sha256').update('a key').digest()
const nonce = Buffer.alloc(12, 7)

const event: fc.Arbitrary<RecordedEvent> = fc.record({
  kind: fc.constantFrom('output', 'error', 'input', 'resize', 'note', 'cut', 'exit', 'mark'),
  atMs: fc.nat({ max: mostNumber }),
  number: fc.nat({ max: mostNumber }),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.nat({ max: 3000 }).map((length) => new Uint8Array(length).fill(121)),
  ),
})
const events = fc.array(event, { maxLength: 20 })

function plain(list: readonly RecordedEvent[]) {
  return list.map((one) => ({ ...one, bytes: [...one.bytes] }))
}

function memberOf(list: readonly RecordedEvent[], index: number, mayCompress = true): Buffer {
  return Buffer.concat(sealMember(list, { index, key, nonce, mayCompress, scratch: Buffer.alloc(1000) }))
}

test('whatever was sealed is opened as it was, compressed or not', () => {
  fc.assert(
    fc.property(events, fc.nat(), fc.boolean(), (list, index, mayCompress) => {
      const member = memberOf(list, index, mayCompress)

      assert.equal(readMemberHead(member)?.length, member.length)
      assert.deepEqual(plain(openMember(member, index, key)), plain(list))
    }),
    { numRuns: 60 },
  )
})

test('a member with any bit changed, of another place or under another key is refused', () => {
  fc.assert(
    fc.property(events, fc.nat(), (list, at) => {
      const member = memberOf(list, 3)
      const bit = at % (member.length * 8)
      const changed = Buffer.from(member)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)

      assert.throws(() => openMember(changed, 3, key), RecordingDamaged)
    }),
    { numRuns: 60 },
  )
  assert.throws(() => openMember(memberOf([], 3), 4, key), RecordingDamaged)
  assert.throws(() => openMember(memberOf([], 3), 3, Buffer.alloc(32)), RecordingDamaged)
})

test('no prefix of a member is taken for one', () => {
  const member = memberOf([{ kind: 'output', atMs: 1, number: 2, bytes: Buffer.from('abc') }], 0)
  for (let length = 0; length < member.length; length++) {
    assert.throws(() => openMember(member.subarray(0, length), 0, key), RecordingDamaged, `${length} bytes`)
  }
})

test('bytes that are no events are refused', () => {
  const whole = encodeEvents([{ kind: 'output', atMs: 1, number: 2, bytes: Buffer.from('abc') }])
  for (let length = 1; length < whole.length; length++) {
    assert.throws(() => decodeEvents(whole.subarray(0, length)), RecordingDamaged)
  }
  assert.throws(() => decodeEvents(Buffer.alloc(17)), RecordingDamaged)
})
