import { closeSync, openSync, readSync } from 'node:fs'
import { isErrno } from './durable-file.ts'

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
    const bytes = new Uint8Array(limit)
    let length = 0
    while (length < limit) {
      const count = readSync(file, bytes, length, limit - length, length)
      if (count === 0) break
      length += count
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

const longestText = 16 * 1024 * 1024

/** A file that the agent wrote itself, or undefined when there is none. */
export function readText(path: string): string | undefined {
  const bytes = readBytes(path, 4096)
  if (bytes === undefined) return undefined
  const whole = bytes.length < 4096 ? bytes : readBytes(path, longestText)
  return whole === undefined ? undefined : new TextDecoder().decode(whole)
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
