import type { PlaceSet } from './place-set.ts'

/** A command that somebody watches. Its nodes are known by their places in the order of their ids, which never change. */
export interface WatchedCommand {
  readonly nodeIds: readonly string[]
  /** The places of the nodes whose invocations have ended. It grows. */
  readonly ended: PlaceSet
  /** Whether all of them have. */
  readonly isWhole: boolean
  /** Counts what has happened. */
  readonly changes: number
  /** Settles when more has happened than `changes` says, after `ms`, when `signal` aborts, or when the server stops. */
  changed(changes: number, ms: number, signal: AbortSignal): Promise<void>
  /** Settles after `ms`, or earlier when nothing more can happen. */
  gathered(ms: number, signal: AbortSignal): Promise<void>
}

/** What becomes of commands, for those who wait for it. Implemented by channels; operations only ask. */
export interface CommandWatches {
  /**
   * @throws {TooManyWatches}
   * @param completed how many invocations have ended, as far as the caller knows
   */
  watch(commandId: string, completed: number): Promise<WatchedCommand>
  /** False once the server stops: then nobody waits. */
  readonly isOpen: boolean
}

/** More callers wait than a server holds. */
export class TooManyWatches extends Error {
  override readonly name = 'TooManyWatches'
}
