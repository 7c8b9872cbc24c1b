import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import type { OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'
import type { FinishedRun, ReportOptions } from './run-report.ts'
import { runSummary } from './run-report.ts'
import type { RunView } from './run-view.ts'
import { ShownOutput } from './shown-output.ts'

const longestLine = 16_384

/** `--stream`: each line as it comes, after the name of its node. */
export class LinesView implements RunView {
  readonly wantsOutput = true
  readonly #surroundings: Surroundings
  readonly #options: ReportOptions
  readonly #shown = new ShownOutput()
  /** Lines that have not ended. */
  readonly #begun = new Map<string, string>()

  constructor(surroundings: Surroundings, options: ReportOptions) {
    this.#surroundings = surroundings
    this.#options = options
  }

  sent(): void {}
  ended(): void {}
  progress(): void {}

  hold(): () => void {
    return () => undefined
  }

  output(piece: OutputPiece, name: string): void {
    this.#shown.add(piece)
    this.#write(piece.nodeId, piece.stream, name, piece.text)
  }

  outcome(outcome: NodeOutcome): void {
    const rest = this.#shown.rest(outcome)
    for (const stream of ['stdout', 'stderr'] as const) {
      const { nodeId, name } = outcome
      this.#write(nodeId, stream, name || nodeId, rest[stream])
      if (this.#begun.get(`${nodeId} ${stream}`)) this.#write(nodeId, stream, name || nodeId, '\n')
    }
  }

  finish(run: FinishedRun): void {
    const { stderr } = this.#surroundings
    for (const line of runSummary(run, painter(stderr, this.#surroundings))) stderr.write(line)
  }

  #write(nodeId: string, stream: OutputPiece['stream'], name: string, text: string): void {
    const key = `${nodeId} ${stream}`
    const lines = `${this.#begun.get(key) ?? ''}${text}`.split('\n')
    const rest = lines.pop() ?? ''
    if (rest.length > longestLine) lines.push(rest)
    this.#begun.set(key, rest.length > longestLine ? '' : rest)
    const to = this.#surroundings[stream]
    const prefix = painter(to, this.#surroundings)('bold', `${printable(name)}:`)
    for (const line of lines) to.write(`${prefix} ${this.#options.raw ? line : printable(line)}\n`)
  }
}
