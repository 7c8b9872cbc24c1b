import { closeSync, fsync as fsyncWithCallback, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const fsync = promisify(fsyncWithCallback)

/**
 * Replaces a file so that power loss leaves the old text or the new, and answers once the new one is on disk.
 * Costs two fsyncs. Only they are waited for: the other calls take microseconds, less than a way to another thread.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(file, text)
    await fsync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
  await syncPath(dirname(path))
}

/**
 * Makes a file that is not there yet, and answers once it and its name are on disk: both go there at once, which takes
 * half the time of `writeDurably`. A file that is cut is possible until then: its reader has to notice. When this throws,
 * there is none.
 */
export async function createDurably(path: string, text: string): Promise<void> {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, text)
    // Both are waited for, also when one fails: the file is closed next.
    for (const sync of await Promise.allSettled([fsync(file), syncPath(dirname(path))])) {
      if (sync.status === 'rejected') throw sync.reason
    }
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

/**
 * Makes a file, whole for any later process when this returns; `syncPath` makes it survive power loss.
 * A file that is cut is possible in between: its reader has to notice. Throws when it cannot be written.
 */
export function writeNew(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
}

/** Replaces a file so that the death of this process leaves the old text or the new. Power loss may undo it. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}

/** Brings a file, or a folder's list of names, to the disk. */
export async function syncPath(path: string): Promise<void> {
  const file = openSync(path, 'r')
  try {
    await fsync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a file unless it is there; false when somebody else was first. */
export function createFirst(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(file, text)
    } finally {
      closeSync(file)
    }
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
