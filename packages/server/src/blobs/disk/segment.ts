import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The file that is being appended to. */
export interface Segment {
  readonly name: string
  readonly day: string
  readonly file: FileHandle
  /** Where the next byte goes: behind everything that was answered. */
  end: number
}

/** `YYYYMMDD` of a moment, in UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10).replaceAll('-', '')
}

/** The day that a file's name says, or undefined when the file is not a segment. */
export function dayOfFile(file: string): string | undefined {
  return /^(\d{8})-\d{1,9}\.blobs$/.exec(file)?.[1]
}

export function pathOf(directory: string, segment: string): string {
  return join(directory, `${segment}.blobs`)
}

/**
 * Makes the next file of a day. A process never appends to a file of an earlier one, so whatever a crash left
 * at its end is out of the way.
 */
export async function nextSegment(directory: string, day: string): Promise<Segment> {
  const taken = (await readdir(directory)).filter((file) => dayOfFile(file) === day)
  const number = Math.max(0, ...taken.map((file) => Number.parseInt(file.slice(9), 10))) + 1
  const name = `${day}-${number}`
  const file = await open(pathOf(directory, name), 'wx', 0o600)
  // Without this a power cut may take the name away, and the synced bytes with it.
  await syncDirectory(directory)
  return { name, day, file, end: 0 }
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const entry = await open(directory, 'r')
  try {
    await entry.sync()
  } finally {
    await entry.close()
  }
}
