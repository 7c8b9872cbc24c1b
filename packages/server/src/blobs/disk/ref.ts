import { BlobDamaged, type BlobRef, mostBlobBytes } from '../blobs.ts'

/** Where bytes are, and what they were. */
export interface Place {
  /** `YYYYMMDD-N`: the day (UTC) of its first byte, and a number that rises within the day. */
  readonly segment: string
  readonly offset: number
  readonly length: number
  readonly crc: number
}

/** The ref of no bytes. */
export const emptyRef: BlobRef = '-:0:0:0'

const form = /^(\d{8}-\d{1,9}):(\d{1,12}):(\d{1,8}):([0-9a-f]{8})$/

export function refOf({ segment, offset, length, crc }: Place): BlobRef {
  return `${segment}:${offset}:${length}:${crc.toString(16).padStart(8, '0')}`
}

/** @throws {BlobDamaged} when this is no ref: a name that could leave the directory among them */
export function placeOf(ref: BlobRef): Place {
  const [, segment, offset, length, crc] = form.exec(ref) ?? []
  if (segment === undefined || crc === undefined || Number(length) > mostBlobBytes) {
    throw new BlobDamaged(`Not a ref: ${ref.slice(0, 60)}`)
  }
  return { segment, offset: Number(offset), length: Number(length), crc: Number.parseInt(crc, 16) }
}
