import { close, fdatasync, ftruncate, openSync, write } from 'node:fs'
import { promisify } from 'node:util'

/** Where lines go. One process has one of these for a file, and awaits each call before the next. */
export interface LogFile {
  /** Rejects when the disk does not take it; then none of it is there. */
  append(text: string): Promise<void>
  close(): Promise<void>
}

const writeTo = promisify(write)
const truncate = promisify(ftruncate)
const sync = promisify(fdatasync)
const closeFile = promisify(close)

/** Makes a file for its owner alone. Throws when it is there already or cannot be made. */
export function openLogFile(path: string): LogFile {
  const file = openSync(path, 'ax', 0o600)
  let length = 0
  return {
    async append(text) {
      const bytes = Buffer.from(text)
      try {
        for (let from = 0; from < bytes.length; ) from += (await writeTo(file, bytes, from)).bytesWritten
        length += bytes.length
      } catch (error) {
        // A disk that fills up takes the beginning of a line.
        await truncate(file, length)
        throw error
      }
    },
    async close() {
      try {
        await sync(file)
      } finally {
        await closeFile(file)
      }
    },
  }
}
