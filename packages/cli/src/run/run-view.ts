import type { EndedNode, OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'
import type { FinishedRun } from './run-report.ts'

/** How far a run is, over all of its commands. */
export interface RunProgress {
  readonly total: number
  readonly completed: number
  readonly failed: number
  /** The last ones that have not ended, by name, when they are few. */
  readonly left: readonly string[]
}

/** Shows a run while it goes on and when it has ended. */
export interface RunView {
  /** It shows what nodes write while they do. */
  readonly wantsOutput: boolean
  /** It tells the id beside each name, so that nodes of one name are told apart. */
  readonly showsIds?: true
  /** When names of a large fleet are read: before anything is shown, while the command runs, or not before its end. */
  readonly wantsNames: 'first' | 'meanwhile' | 'last'
  /** @param undelivered what it asks of services that are not there */
  sent(commandId: string, nodes: number, undelivered: readonly string[]): void
  output(piece: OutputPiece, name: string): void
  ended(node: EndedNode, name: string): void
  progress(progress: RunProgress): void
  /** Leaves the terminal to others, such as a question, until what it answers is called. */
  hold(): () => void
  /** Once for each node, when all is over. */
  outcome(outcome: NodeOutcome): void
  finish(run: FinishedRun, exitStatus: number): void
}
