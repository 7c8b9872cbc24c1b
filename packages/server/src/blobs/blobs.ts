/**
 * Where the output of commands is kept: bytes that are written once, read rarely and dropped by age. They stay
 * out of the database, whose log would carry each of them twice.
 */
export interface Blobs {
  /**
   * Keeps bytes and answers when they are on disk. No bytes cost nothing. The caller must not change them
   * until then.
   *
   * @throws {BlobsUnavailable} disk full or failing, too much waiting, or closed: try again later
   * @throws {RangeError} more than 16 MiB
   */
  put(bytes: Uint8Array): Promise<BlobRef>

  /**
   * What was put, or undefined when a sweep has dropped it. Others may be shown the same array: only read it.
   *
   * @throws {BlobDamaged} the bytes are not those that were put
   */
  get(ref: BlobRef): Promise<Uint8Array | undefined>

  /**
   * Drops what was put before the day of `before` (UTC) in whole files; what was put on that day stays.
   *
   * @returns how many files went
   */
  sweep(before: Date): Promise<number>

  /** Finishes what was asked for and refuses what comes after. */
  close(): Promise<void>
}

/** Names what was put: `segment:offset:length:crc32`. Callers keep it as it is. */
export type BlobRef = string

/** The most bytes of one put. */
export const mostBlobBytes = 16 * 1024 * 1024

/** The bytes cannot be kept now; nothing was promised. */
export class BlobsUnavailable extends Error {
  override readonly name = 'BlobsUnavailable'
}

/** What is on disk is not what was put, or the ref never came from here. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged'
}
