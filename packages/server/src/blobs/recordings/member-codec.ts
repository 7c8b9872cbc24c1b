import { createCipheriv, createDecipheriv } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { RecordedEvent } from '../../domain/recorded-event.ts'
import { decodeEvents, encodeEvents, RecordingDamaged } from './event-codec.ts'

/**
 * A member of a recording: some events, compressed if that helps, sealed with the recording's own key, big-endian:
 *
 *   offset  size  field
 *        0     4  length of what is sealed, its tag included
 *        4     1  form: 1 as it is, 2 zstd
 *        5     4  index: how many members are before it
 *        9     4  length of the events before compression
 *       13    12  nonce, random
 *       25        what is sealed: AES-256-GCM, tag of 16 bytes at its end
 *
 * The tag covers the first 13 bytes too, so no member can be moved, left out in the middle or changed unseen.
 */
export const memberHeadLength = 25
const nonceAt = 13
const nonceLength = 12
const tagLength = 16
const forms = { plain: 1, zstd: 2 } as const
/** The most bytes of events in one member, encoded. */
export const mostMemberBytes = 260 * 1024
/** Below this zstd costs more than it saves. */
const leastCompressed = 128
// Fast, since it is done beside a relay; terminals say the same again and again anyway.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** What the head of a member says. */
export interface MemberHead {
  readonly form: number
  readonly index: number
  readonly eventsLength: number
  /** Of the whole member. */
  readonly length: number
}

export interface MemberSeal {
  readonly index: number
  readonly key: Uint8Array
  /** Twelve random bytes, never used twice with one key. */
  readonly nonce: Uint8Array
  /** Whether to try to make it smaller; default: yes. */
  readonly mayCompress?: boolean
  /** Overwritten meanwhile, and of no meaning afterwards. */
  readonly scratch?: Buffer
}

export function sealMember(
  events: readonly RecordedEvent[],
  { index, key, nonce, mayCompress = true, scratch }: MemberSeal,
): Uint8Array[] {
  const plain = encodeEvents(events, scratch)
  if (plain.length > mostMemberBytes) throw new RangeError(`${plain.length} bytes are more than one member may hold`)
  const packed = plain.length < leastCompressed || !mayCompress ? plain : zstdCompressSync(plain, compression)
  const [form, body] = packed.length < plain.length ? [forms.zstd, packed] : [forms.plain, plain]
  const head = Buffer.alloc(memberHeadLength)
  head.writeUInt32BE(body.length + tagLength, 0)
  head.writeUInt8(form, 4)
  head.writeUInt32BE(index, 5)
  head.writeUInt32BE(plain.length, 9)
  head.set(nonce, nonceAt)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(head.subarray(0, nonceAt))
  return [head, cipher.update(body), cipher.final(), cipher.getAuthTag()]
}

/** Undefined when these bytes cannot be the head of a member: the file ends before them. */
export function readMemberHead(head: Buffer): MemberHead | undefined {
  if (head.length < memberHeadLength) return undefined
  const [sealed, form, index, eventsLength] = [
    head.readUInt32BE(0),
    head.readUInt8(4),
    head.readUInt32BE(5),
    head.readUInt32BE(9),
  ]
  const isForm = form === forms.plain || form === forms.zstd
  if (!isForm || eventsLength > mostMemberBytes || sealed < tagLength || sealed > eventsLength + tagLength)
    return undefined
  return { form, index, eventsLength, length: memberHeadLength + sealed }
}

/** @throws {RecordingDamaged} altered, of another place, or sealed with another key */
export function openMember(member: Buffer, index: number, key: Uint8Array): RecordedEvent[] {
  const head = readMemberHead(member)
  if (head === undefined || head.length !== member.length) throw new RecordingDamaged('a member is none')
  if (head.index !== index) throw new RecordingDamaged(`member ${head.index} stands in the place of ${index}`)
  const decipher = createDecipheriv('aes-256-gcm', key, member.subarray(nonceAt, nonceAt + nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(member.subarray(0, nonceAt))
  decipher.setAuthTag(member.subarray(-tagLength))
  try {
    const body = Buffer.concat([decipher.update(member.subarray(memberHeadLength, -tagLength)), decipher.final()])
    const { form, eventsLength } = head
    return decodeEvents(form === forms.plain ? body : zstdDecompressSync(body, { maxOutputLength: eventsLength }))
  } catch (cause) {
    throw new RecordingDamaged(`member ${index} was altered`, { cause })
  }
}
