import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createFirst, writeWhole } from './durable-file.ts'
import { readText } from './read-text.ts'

/**
 * Takes a state directory for this agent, and makes it if need be. Returns what gives it back.
 * Throws when another agent that runs has it: two agents would be one node twice.
 *
 * The lock is the operating system's, held by an open transaction on an empty database, since Node has no lock of
 * its own: after kill -9 it is gone. A file that names its holder would have to be judged and removed by whoever
 * comes next, and of several that come at once each could remove the file of another.
 */
export function takeStateDirectory(path: string): () => void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
  } catch (cause) {
    throw new Error(`The state directory ${path} cannot be made or is not ours. Choose another with --state-dir.`, {
      cause,
    })
  }
  const holder = join(path, 'agent.pid')
  const letGo = hold(join(path, 'agent.held'))
  if (letGo === undefined) {
    const pid = readText(holder)?.trim()
    const who = pid === undefined ? '' : pid === String(process.pid) ? ' (this process)' : ` (process ${pid})`
    throw new Error(
      `Another agent${who} uses the state directory ${path}. Stop it, or choose another with --state-dir.`,
    )
  }
  writeWhole(holder, `${process.pid}\n`)
  return () => {
    rmSync(holder, { force: true })
    letGo()
  }
}

const busy = 5

/** Undefined when somebody else holds it. */
function hold(path: string): (() => void) | undefined {
  // Only when it is not there: POSIX drops a process's locks on a file when the process closes the file anywhere.
  createFirst(path, '')
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined
    throw error
  }
}
