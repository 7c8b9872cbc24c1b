import { statfsSync } from 'node:fs'

// A new sandbox takes about a megabyte, and its logs grow.
const enoughBytes = 4 * 1024 * 1024

/** What to do about a disk that has no room left for a sandbox in `directory`; undefined when it has, or nobody knows. */
export function lackOfRoom(directory: string, enough = enoughBytes): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(directory)
    if (bavail * bsize >= enough) return undefined
    return `The disk of ${directory} is full: make room, or choose a folder on another with --data-dir.`
  } catch {
    // There is no such folder: then it is not its disk that is full.
    return undefined
  }
}
