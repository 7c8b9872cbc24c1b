import type { OutputPosition, OutputStream } from '@fairlead/wire/control-message'
import type { CommandCounts } from './command.ts'
import type { PlaceSet } from './place-set.ts'

/** Some output of a step on one node. */
export interface LivePiece {
  readonly stepName: string
  readonly plugin: string
  readonly stream: OutputStream
  /** Of the first byte, in the stream of the step. */
  readonly offset: number
  /** Whole characters, if the script writes UTF-8. */
  readonly bytes: Uint8Array
  /** So many bytes before it came too fast for who asks, and are gone. */
  readonly missed: number
}

/** The output of an invocation as it comes. */
export interface LiveOutput {
  /** `sent`: all of it has come. `unknown`: nothing more will come, and something may be missing. */
  readonly state: 'running' | 'sent' | 'unknown'
  hasAfter(position: OutputPosition): boolean
  /** How many bytes have come that are not before a position. */
  bytesAfter(position: OutputPosition): number
  /** What follows a position, in order, of about `most` bytes, and the position after it. */
  after(
    position: OutputPosition,
    most: number,
  ): { readonly pieces: readonly LivePiece[]; readonly next: OutputPosition }
}

/** A command that somebody watches. Its nodes are known by their places in the order of their ids, which never change. */
export interface WatchedCommand {
  readonly nodeIds: readonly string[]
  /** The places of the nodes whose invocations have ended. It grows. */
  readonly ended: PlaceSet
  /** Whether all of them have. */
  readonly isWhole: boolean
  /** Of the nodes whose output comes while they run. */
  readonly outputs: ReadonlyMap<number, LiveOutput>
  /** Settles when `hasNews` says so, after `ms`, when `signal` aborts, or when the server stops. Answers whether there is news. */
  news(hasNews: () => boolean, ms: number, signal: AbortSignal): Promise<boolean>
  /** Settles after `ms`, or earlier when all nodes have ended. */
  gathered(ms: number, signal: AbortSignal): Promise<void>
  /** Has the output of a node that has ended asked for, from a position on: its report may be cut. Answers whether it may come. */
  askRest(place: number, from: OutputPosition): boolean
  /** Somebody wants output, and has it as far as these positions, by node. */
  read(positions: ReadonlyMap<number, OutputPosition>): void
}

/** What becomes of commands, for those who wait for it. Implemented by channels; operations only ask. */
export interface CommandWatches {
  /**
   * @throws {TooManyWatches}
   * @param counts of its invocations, as far as the caller knows
   */
  watch(commandId: string, counts: Pick<CommandCounts, 'target' | 'completed'>): Promise<WatchedCommand>
}

/** More callers wait than a server holds. */
export class TooManyWatches extends Error {
  override readonly name = 'TooManyWatches'
}
