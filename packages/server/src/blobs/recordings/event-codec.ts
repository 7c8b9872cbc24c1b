import type { RecordedEvent, RecordedKind } from '../../domain/recorded-event.ts'

/**
 * Events one after the other, each as, big-endian:
 *
 *   offset  size  field
 *        0     1  kind: its place in `kinds`, from 1
 *        1     6  milliseconds since the recording began
 *        7     6  number
 *       13     4  length of the bytes
 *       17        the bytes
 */
const headLength = 17
const kinds: readonly RecordedKind[] = ['output', 'error', 'input', 'resize', 'note', 'cut', 'exit', 'mark']
/** The most that six bytes hold. */
export const mostNumber = 2 ** 48 - 1

/** Bytes that are no events. */
export class RecordingDamaged extends Error {
  override readonly name = 'RecordingDamaged'
}

export function encodedLength({ bytes }: RecordedEvent): number {
  return headLength + bytes.length
}

/** @param scratch is written to, if it is long enough: a new buffer for each member costs more than its compression */
export function encodeEvents(events: readonly RecordedEvent[], scratch: Buffer = Buffer.alloc(0)): Buffer {
  const length = events.reduce((sum, event) => sum + encodedLength(event), 0)
  const whole = length <= scratch.length ? scratch.subarray(0, length) : Buffer.allocUnsafe(length)
  let at = 0
  for (const { kind, atMs, number, bytes } of events) {
    whole.writeUInt8(kinds.indexOf(kind) + 1, at)
    whole.writeUIntBE(Math.min(Math.max(Math.round(atMs), 0), mostNumber), at + 1, 6)
    whole.writeUIntBE(Math.min(Math.max(number, 0), mostNumber), at + 7, 6)
    whole.writeUInt32BE(bytes.length, at + 13)
    whole.set(bytes, at + headLength)
    at += headLength + bytes.length
  }
  return whole
}

/** @throws {RecordingDamaged} */
export function decodeEvents(whole: Buffer): RecordedEvent[] {
  const events: RecordedEvent[] = []
  let at = 0
  while (at < whole.length) {
    if (at + headLength > whole.length) throw new RecordingDamaged('an event is cut')
    const kind = kinds[whole.readUInt8(at) - 1]
    const end = at + headLength + whole.readUInt32BE(at + 13)
    if (kind === undefined || end > whole.length) throw new RecordingDamaged('an event is none')
    const [atMs, number] = [whole.readUIntBE(at + 1, 6), whole.readUIntBE(at + 7, 6)]
    events.push({ kind, atMs, number, bytes: whole.subarray(at + headLength, end) })
    at = end
  }
  return events
}
