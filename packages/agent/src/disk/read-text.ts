import { closeSync, openSync, readSync } from 'node:fs'
import { isErrno } from './durable-file.ts'

const firstRoom = 4096

/** The first `limit` bytes of a file, or undefined when there is no such file. */
export function readBytes(path: string, limit: number): Uint8Array | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    // Most are short, and room for the longest would be cleared for each.
    let bytes = new Uint8Array(Math.min(limit, firstRoom))
    let length = 0
    while (length < limit) {
      if (length === bytes.length) bytes = enlarged(bytes, limit)
      const count = readSync(file, bytes, length, bytes.length - length, length)
      if (count === 0) break
      length += count
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function enlarged(bytes: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(limit, bytes.length * 8))
  larger.set(bytes)
  return larger
}

const longestText = 16 * 1024 * 1024

/** A file that the agent wrote itself, or undefined when there is none. */
export function readText(path: string): string | undefined {
  const bytes = readBytes(path, longestText)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

/** As `readText`, as JSON; undefined also when the file is cut or is no JSON object. */
export function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
