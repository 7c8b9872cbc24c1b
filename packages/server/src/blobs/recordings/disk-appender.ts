import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  statfsSync,
  writev,
  writevSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { RecordedEvent } from '../../domain/recorded-event.ts'
import type { RecordedSoFar, RecordingAppender, RecordingPlace } from '../../domain/recording-files.ts'
import { encodedLength } from './event-codec.ts'
import { mostMemberBytes, sealMember } from './member-codec.ts'

/** Recordings must not take the last of the disk from the database. They are opened every few seconds, so it is looked at often. */
const leastFreeBytes = 64 * 1024 * 1024
/** A member of this length that compression makes no smaller tells of those after it. */
const largeBytes = 32 * 1024
const passedOver = 16
/**
 * Up to so many bytes are written before `write` returns: a copy into the kernel's memory, which takes microseconds, while a
 * thread comes last on a busy machine. More than that waits for a thread, so that it holds up no other session.
 */
const writtenAtOnce = 64 * 1024

const synced = promisify(fdatasync)
const written = promisify(writev)

export interface DiskAppenderParts {
  readonly path: string
  readonly key: Uint8Array
  readonly found: RecordedSoFar
  /** Behind the last whole member. */
  readonly end: RecordingPlace
  readonly random: (length: number) => Uint8Array
  /** Shared by all files of a process. */
  readonly scratch: Buffer
}

/** Adds members to one file, which it keeps open while it is written to. */
export class DiskAppender implements RecordingAppender {
  readonly found: RecordedSoFar
  readonly #parts: DiskAppenderParts
  #end: RecordingPlace
  /** A descriptor of the file, while it is written to. */
  #file: number | undefined
  /** Something was written that no sync has brought to the disk. */
  #isUnsynced = false
  /** So many members more are not compressed, since a large one became no smaller. */
  #uncompressed = 0

  constructor(parts: DiskAppenderParts) {
    this.#parts = parts
    this.found = parts.found
    this.#end = parts.end
  }

  async write(events: readonly RecordedEvent[]): Promise<void> {
    const { key, random, scratch } = this.#parts
    const pieces: Uint8Array[] = []
    let { at, index } = this.#end
    for (const group of groupsOf(events)) {
      const mayCompress = this.#uncompressed === 0
      const member = sealMember(group, { index: index++, key, nonce: random(12), mayCompress, scratch })
      const length = member.reduce((sum, piece) => sum + piece.length, 0)
      this.#judge(mayCompress, length, group)
      pieces.push(...member)
      at += length
    }
    await this.#put(pieces, at)
    this.#isUnsynced = true
    this.#end = { at, index }
  }

  async sync(): Promise<void> {
    if (!this.#isUnsynced) return
    const file = this.#file ?? openSync(this.#parts.path, constants.O_RDWR)
    this.#file = undefined
    this.#isUnsynced = false
    try {
      await synced(file)
    } catch (error) {
      this.#isUnsynced = true
      throw error
    } finally {
      closeSync(file)
    }
  }

  #judge(wasTried: boolean, length: number, group: readonly RecordedEvent[]): void {
    const before = group.reduce((sum, event) => sum + encodedLength(event), 0)
    if (!wasTried) this.#uncompressed--
    else if (before >= largeBytes && length > 0.9 * before) this.#uncompressed = passedOver
  }

  async #put(pieces: readonly Uint8Array[], end: number): Promise<void> {
    const { at } = this.#end
    const file = this.#file ?? this.#open()
    try {
      const isLittle = end - at <= writtenAtOnce
      const count = isLittle ? writevSync(file, pieces, at) : (await written(file, pieces, at)).bytesWritten
      if (count !== end - at) throw new Error(`${count} of ${end - at} bytes were written`)
    } catch (error) {
      // A full disk takes a part. What is left of it would hide what is written behind it.
      this.#file = undefined
      cutAndClose(file, at)
      throw error
    }
  }

  /** What a crash, or a write that failed, left behind the end goes. */
  #open(): number {
    const { bavail, bsize } = statfsSync(dirname(this.#parts.path))
    if (bavail * bsize < leastFreeBytes) {
      throw new Error(`less than ${leastFreeBytes} bytes are free on the disk, which recordings leave to the rest`)
    }
    const file = openSync(this.#parts.path, constants.O_RDWR | constants.O_CREAT, 0o600)
    try {
      if (fstatSync(file).size > this.#end.at) ftruncateSync(file, this.#end.at)
    } catch (error) {
      closeSync(file)
      throw error
    }
    this.#file = file
    return file
  }
}

/** As far as it can be done: what is left behind goes when the file is opened again. */
function cutAndClose(file: number, at: number): void {
  try {
    ftruncateSync(file, at)
  } catch {
    // Devices, and disks that fail, cannot be cut.
  }
  closeSync(file)
}

function* groupsOf(events: readonly RecordedEvent[]): Generator<readonly RecordedEvent[]> {
  let group: RecordedEvent[] = []
  let bytes = 0
  for (const event of events) {
    const length = encodedLength(event)
    if (group.length > 0 && bytes + length > mostMemberBytes) {
      yield group
      group = []
      bytes = 0
    }
    group.push(event)
    bytes += length
  }
  if (group.length > 0) yield group
}
