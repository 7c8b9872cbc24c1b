import { closeSync, constants, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isNodeEnough } from '@fairlead/wire/agent-bundle'
import { isErrno } from '../disk/durable-file.ts'
import { readObject } from '../disk/read-text.ts'

/**
 * Whether a version that was fetched, and worked, still starts: its files may have been damaged since, or an older Node
 * installed. VERSION/starts has a byte for each start in a row of which nothing came: to forget them takes no room on a disk
 * that is full. The version makes the file itself, on its trial: of one from before, which would not empty it, nothing is counted.
 */
const mostVainStarts = 3

/** Why a version must not be started; undefined when it may. */
export function faultOf(folder: string, nodeVersion: string): string | undefined {
  const engines = readObject(join(folder, 'over'))?.['engines']
  if (typeof engines === 'string' && !isNodeEnough(engines, nodeVersion)) {
    return `it needs Node ${engines}, and ${nodeVersion} is installed`
  }
  const vain = statSync(fileIn(folder), { throwIfNoEntry: false })?.size ?? 0
  return vain < mostVainStarts ? undefined : `it ended ${vain} times in a row before it was an agent`
}

/** To be called right before a version is started. */
export function countStart(folder: string): void {
  let file: number
  try {
    file = openSync(fileIn(folder), constants.O_WRONLY | constants.O_APPEND)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  try {
    writeSync(file, '.')
  } finally {
    closeSync(file)
  }
}

/** To be called by a version once it is an agent, or is none for a reason that is not in its program. */
export function noteStarted(folder: string): void {
  writeFileSync(fileIn(folder), '', { mode: 0o600 })
}

/** An error that a whole program on the right Node does not have, unlike one that tells what is wrong around it. */
export function isOfProgram(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof ReferenceError || error instanceof TypeError) return true
  return (
    error instanceof Error &&
    'code' in error &&
    /^ERR_(?:MODULE|PACKAGE|INVALID_PACKAGE|INVALID_TYPESCRIPT|DLOPEN|UNKNOWN|UNSUPPORTED)/.test(String(error.code))
  )
}

function fileIn(folder: string): string {
  return join(folder, 'starts')
}
