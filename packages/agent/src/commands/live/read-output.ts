import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { isErrno } from '../../disk/durable-file.ts'

/** A part of output files. */
export interface FilePart {
  readonly bytes: Uint8Array
  /** The bytes are the last ones that their file has so far. */
  readonly isLast: boolean
}

/**
 * At most `most` bytes of files that follow one another, from an offset on; fewer where a file ends. All but the last have
 * been written to their ends. Of each file only the first `limit` bytes count: what is beyond is cut off a little later.
 */
export function readOutput(paths: readonly string[], offset: number, most: number, limit: number): FilePart {
  let from = offset
  for (const path of paths) {
    const { size, bytes } = readPart(path, from, most, limit)
    if (bytes.length > 0) return { bytes, isLast: from + bytes.length === size }
    from = Math.max(0, from - size)
  }
  return { bytes: nothing.bytes, isLast: true }
}

/** How many bytes those files have. */
export function outputSize(paths: readonly string[], limit: number): number {
  return paths.reduce((size, path) => size + readPart(path, 0, 0, limit).size, 0)
}

const nothing = { size: 0, bytes: new Uint8Array(0) }

function readPart(path: string, from: number, most: number, limit: number) {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    // Not begun, or the script has removed it.
    if (isErrno(error, 'ENOENT')) return nothing
    throw error
  }
  try {
    const size = Math.min(fstatSync(file).size, limit)
    const bytes = new Uint8Array(Math.max(0, Math.min(most, size - from)))
    return { size, bytes: bytes.length === 0 ? bytes : bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from)) }
  } finally {
    closeSync(file)
  }
}
