import { type FileHandle, open } from 'node:fs/promises'
import type { RecordedEvent } from '../../domain/recorded-event.ts'
import type { RecordedMember, RecordingPlace } from '../../domain/recording-files.ts'
import { RecordingDamaged } from './event-codec.ts'
import { openMember, readMemberHead } from './member-codec.ts'

/** Above the longest member, and enough for thousands of short ones. */
const chunkBytes = 512 * 1024

/**
 * The members of a file, as far as they are whole: what a crash left half written at its end is not one. A file that is not
 * there has none. One that was altered is passed over and said to be damaged.
 */
export async function* readMembers(
  path: string,
  key: Uint8Array,
  from: RecordingPlace,
): AsyncGenerator<RecordedMember, void, void> {
  const file = await openIfThere(path)
  if (file === undefined) return
  try {
    let place = from
    for (;;) {
      const chunk = await readAt(file, place.at)
      let used = 0
      for (;;) {
        const head = readMemberHead(chunk.subarray(used))
        if (head === undefined || used + head.length > chunk.length) break
        const bytes = chunk.subarray(used, used + head.length)
        used += head.length
        const { index } = place
        const events = head.index < index ? undefined : eventsOf(bytes, head.index, key)
        place = { at: place.at + head.length, index: (events === undefined ? index : head.index) + 1 }
        yield { events: events ?? [], isDamaged: events === undefined || head.index !== index, next: place }
      }
      if (used === 0) return
    }
  } finally {
    await file.close()
  }
}

function eventsOf(bytes: Buffer, index: number, key: Uint8Array): RecordedEvent[] | undefined {
  try {
    return openMember(bytes, index, key)
  } catch (error) {
    if (error instanceof RecordingDamaged) return undefined
    throw error
  }
}

async function readAt(file: FileHandle, at: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(chunkBytes)
  const { bytesRead } = await file.read(chunk, 0, chunkBytes, at)
  return chunk.subarray(0, bytesRead)
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
