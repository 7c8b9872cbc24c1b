import { crc32 } from 'node:zlib'
import { type BlobRef, BlobsUnavailable } from '../blobs.ts'
import { refOf } from './ref.ts'
import { dayOf, nextSegment, type Segment } from './segment.ts'

interface Waiting {
  readonly bytes: Uint8Array
  resolve(ref: BlobRef): void
  reject(error: Error): void
}

// A file ends with the group that takes it past this, so a sweep frees the disk in steps of about as much.
const segmentBytes = 64 * 1024 * 1024

// writev takes at most 1024 pieces: IOV_MAX of Linux and macOS.
const mostInGroup = 1024
const mostGroupBytes = 16 * 1024 * 1024

// What may wait at one time, so that a slow disk fills no memory.
const mostWaitingBytes = 64 * 1024 * 1024
const mostWaiting = 50_000

/** Appends in groups: while one group is on its way to the disk the next gathers, and each costs one fdatasync. */
export class Appender {
  readonly #directory: string
  readonly #now: () => Date
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #segment: Segment | undefined
  #running: Promise<void> | undefined
  #closed = false

  constructor(directory: string, now: () => Date) {
    this.#directory = directory
    this.#now = now
  }

  append(bytes: Uint8Array): Promise<BlobRef> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new BlobsUnavailable('The blob store is closed')
      if (this.#waitingBytes + bytes.length > mostWaitingBytes || this.#waiting.length >= mostWaiting) {
        throw new BlobsUnavailable('Too much is waiting for the disk: try again')
      }
      this.#waitingBytes += bytes.length
      this.#waiting.push({ bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Lets go of the open file when it is of an earlier day than `day`, so that it can be dropped. */
  async release(day: string): Promise<void> {
    await this.#running
    if (this.#segment && this.#segment.day < day) await this.#abandon()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await this.#abandon()
  }

  async #run(): Promise<void> {
    // The whole of this turn of the event loop goes into the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#flush(this.#take())
    this.#running = undefined
  }

  #take(): Waiting[] {
    let count = 0
    let bytes = 0
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes.length
      if (count > 0 && (count === mostInGroup || bytes > mostGroupBytes)) break
      count++
    }
    const group = this.#waiting.splice(0, count)
    for (const waiting of group) this.#waitingBytes -= waiting.bytes.length
    return group
  }

  async #flush(group: readonly Waiting[]): Promise<void> {
    try {
      const refs = await this.#write(group.map((waiting) => waiting.bytes))
      for (const [index, waiting] of group.entries()) waiting.resolve(refs[index] ?? '')
    } catch (cause) {
      const error = new BlobsUnavailable('The data directory is full or fails: the output was not kept', { cause })
      for (const waiting of group) waiting.reject(error)
    }
  }

  async #write(pieces: readonly Uint8Array[]): Promise<BlobRef[]> {
    const segment = await this.#current()
    const from = segment.end
    const refs: BlobRef[] = []
    let offset = from
    for (const bytes of pieces) {
      refs.push(refOf({ segment: segment.name, offset, length: bytes.length, crc: crc32(bytes) }))
      offset += bytes.length
    }
    await this.#put(segment, pieces, offset)
    return refs
  }

  async #put(segment: Segment, pieces: readonly Uint8Array[], end: number): Promise<void> {
    const { file, end: from } = segment
    try {
      const { bytesWritten } = await file.writev(pieces, from)
      if (bytesWritten !== end - from) throw new BlobsUnavailable(`${bytesWritten} of ${end - from} bytes written`)
    } catch (error) {
      // A full disk takes a part. Giving it back lets the same file go on when there is room again.
      await file.truncate(from).catch(() => this.#abandon())
      throw error
    }
    try {
      await file.datasync()
    } catch (error) {
      // Nobody knows which pages the kernel still holds after a failed sync: trust no more to this file.
      await this.#abandon()
      throw error
    }
    segment.end = end
  }

  async #current(): Promise<Segment> {
    const day = dayOf(this.#now())
    if (this.#segment && (this.#segment.day !== day || this.#segment.end >= segmentBytes)) await this.#abandon()
    this.#segment ??= await nextSegment(this.#directory, day)
    return this.#segment
  }

  async #abandon(): Promise<void> {
    const segment = this.#segment
    this.#segment = undefined
    await segment?.file.close()
  }
}
