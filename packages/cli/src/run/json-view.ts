import type { Output } from '../surroundings.ts'
import type { EndedNode, OutputPiece } from './command-news.ts'
import { hasEnded, type NodeOutcome } from './node-outcome.ts'
import type { FinishedRun } from './run-report.ts'
import type { RunProgress, RunView } from './run-view.ts'

/** `--json`: one object a line, by `event`. The help of `fairlead run` has their shapes. */
export class JsonView implements RunView {
  readonly wantsOutput = true
  readonly showsIds = true
  readonly wantsNames = 'first'
  readonly #stdout: Output

  constructor(stdout: Output) {
    this.#stdout = stdout
  }

  progress(_progress: RunProgress): void {}

  sent(commandId: string, nodes: number, undelivered: readonly string[]): void {
    this.#write({ event: 'sent', commandId, nodes, ...(undelivered.length > 0 ? { undelivered } : {}) })
  }

  hold(): () => void {
    return () => undefined
  }

  output({ missed, ...piece }: OutputPiece, name: string): void {
    this.#write({ event: 'output', name, ...piece, ...(missed > 0 ? { missed } : {}) })
  }

  ended({ nodeId, status, details }: EndedNode, name: string): void {
    this.#write({ event: 'ended', nodeId, name, status, details })
  }

  outcome(outcome: NodeOutcome): void {
    const { isCut: truncated, exitCode = null, steps: _, ...more } = outcome
    this.#write({ event: 'node', ...more, exitCode, truncated, ended: hasEnded(outcome) })
  }

  finish({ commandIds, groups, unsent: left, tookMs }: FinishedRun, exitStatus: number): void {
    const exitCodes = Object.fromEntries([...groups.exitCodes].map(([code, count]) => [code ?? 'none', count]))
    const { succeeded, failed, unended } = groups.counts
    const unsent = left.map(({ nodeId }) => nodeId)
    const nodes = groups.count + unsent.length
    const ms = tookMs === undefined ? {} : { ms: Math.round(tookMs) }
    this.#write({ event: 'end', commandIds, nodes, succeeded, failed, unended, unsent, exitCodes, exitStatus, ...ms })
  }

  #write(value: object): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`)
  }
}
