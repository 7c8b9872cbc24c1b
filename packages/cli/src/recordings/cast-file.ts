import { createReadStream } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { CliError } from '../cli-error.ts'

/** No line of ours is longer than a few hundred kilobytes. */
const longestLine = 16 * 1024 * 1024

/** Whether what was named is a file; ids of sessions have no slash and end with a number. */
export function isCastFile(name: string): boolean {
  return name.includes('/') || name.endsWith('.cast')
}

/**
 * An asciicast v2 file, such as a node's log of an encrypted session, in pieces of whole lines. What a power cut has left of the
 * last line is left out. Throws CliError when it is none or cannot be read.
 */
export async function* castFile(name: string, workingDirectory: string): AsyncGenerator<string, void, void> {
  const path = isAbsolute(name) ? name : resolve(workingDirectory, name)
  let rest = ''
  let isBegun = false
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8' })) {
      rest += piece
      const end = rest.lastIndexOf('\n') + 1
      if (end === 0 && rest.length > longestLine) throw noCast(name)
      if (!isBegun && end > 0) {
        requireHeader(rest.slice(0, rest.indexOf('\n')), name)
        isBegun = true
      }
      if (end > 0) yield rest.slice(0, end)
      rest = rest.slice(end)
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError(`${name} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  if (!isBegun) throw noCast(name)
  if (isJson(rest)) yield rest
}

function requireHeader(line: string, name: string): void {
  if (!isJson(line)) throw noCast(name)
  const { version } = Object(JSON.parse(line)) as { readonly version?: unknown }
  if (version !== 2) throw noCast(name)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Cut, or of another kind: nothing more can be said of it.
    return false
  }
}

function noCast(name: string): CliError {
  return new CliError(`${name} is no asciicast of version 2, which recordings and logs of sessions are.`)
}
