import { join } from 'node:path'
import { createFirst } from '../disk/durable-file.ts'
import { readText } from '../disk/read-text.ts'
import { type ProcessIdentity, parseIdentity } from './process-identity.ts'

const claimed = 'not run\n'

export type KillReason = 'TimedOut' | 'Cancelled'

/**
 * What a step leaves on disk, for whichever agent comes to look.
 *
 *   stdout, stderr   written by the script itself
 *   started          who runs the script: made once, by the wrapper before it runs anything, or by an agent that
 *                    wants to be sure that nobody will. Whoever makes it decides, so a script runs once at most.
 *   exit             the exit code and a newline, written by the wrapper at the end
 *   killed           why the agent killed it, written before it does
 *   pieces.json      of a step that ran others: where their output is
 */
export class StepFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get stdout(): string {
    return join(this.path, 'stdout')
  }

  get stderr(): string {
    return join(this.path, 'stderr')
  }

  /** The exit code, once it is written whole. */
  exitCode(): number | undefined {
    const text = readText(join(this.path, 'exit'))
    // Shells write the number and its newline at once, but a full disk may keep any part of it.
    if (!text?.endsWith('\n')) return undefined
    const code = Number.parseInt(text, 10)
    return Number.isSafeInteger(code) ? code : undefined
  }

  /** True when nobody has run the script, and now nobody can. */
  claim(): boolean {
    return createFirst(join(this.path, 'started'), claimed)
  }

  /** True when an agent has claimed it, this one or an earlier one: nobody has run the script, and nobody can. */
  isClaimed(): boolean {
    return readText(join(this.path, 'started')) === claimed
  }

  /** Undefined: not started, or the wrapper has not finished writing who it is. */
  runner(): ProcessIdentity | undefined {
    return parseIdentity(readText(join(this.path, 'started')) ?? '', this.path)
  }

  /** True in the instant between making `started` and writing it. */
  isStarting(): boolean {
    return readText(join(this.path, 'started')) === ''
  }

  recordKill(reason: KillReason): void {
    createFirst(join(this.path, 'killed'), reason)
  }

  killReason(): KillReason | undefined {
    const text = readText(join(this.path, 'killed'))
    return text === 'TimedOut' || text === 'Cancelled' ? text : undefined
  }
}
