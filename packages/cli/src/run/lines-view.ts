import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import type { EndedNode, OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'
import type { FinishedRun, ReportOptions } from './run-report.ts'
import { runSummary } from './run-report.ts'
import type { RunView } from './run-view.ts'
import { ShownOutput } from './shown-output.ts'

const longestLine = 16_384

/** `--stream`: each line as it comes, after the name of its node. */
export class LinesView implements RunView {
  readonly wantsOutput = true
  readonly wantsNames = 'first'
  readonly #surroundings: Surroundings
  readonly #options: ReportOptions
  readonly #shown = new ShownOutput()
  /** What the lines of a node begin with, by its id. */
  readonly #labels = new Map<string, string>()
  /** Lines that have not ended. */
  readonly #begun = new Map<string, string>()

  constructor(surroundings: Surroundings, options: ReportOptions) {
    this.#surroundings = surroundings
    this.#options = options
  }

  sent(): void {}
  progress(): void {}

  ended({ nodeId }: EndedNode, name: string): void {
    this.#labels.set(nodeId, name)
  }

  hold(): () => void {
    return () => undefined
  }

  output(piece: OutputPiece, name: string): void {
    this.#shown.add(piece)
    const { nodeId, stream, missed, text } = piece
    if (missed > 0) {
      this.#endLine(nodeId, stream, name)
      this.#note(name, `(${missed} bytes of output were lost here)`)
    }
    this.#write(nodeId, stream, name, text)
  }

  outcome(outcome: NodeOutcome): void {
    const rest = this.#shown.rest(outcome)
    const { nodeId } = outcome
    const name = this.#labels.get(nodeId) ?? (outcome.name || nodeId)
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#write(nodeId, stream, name, rest[stream])
      this.#endLine(nodeId, stream, name)
    }
    if (rest.isPartial) this.#note(name, '(output truncated: the server shows its beginning only)')
  }

  finish(run: FinishedRun): void {
    const { stderr } = this.#surroundings
    for (const line of runSummary(run, painter(stderr, this.#surroundings))) stderr.write(line)
  }

  #endLine(nodeId: string, stream: OutputPiece['stream'], name: string): void {
    if (this.#begun.get(`${nodeId} ${stream}`)) this.#write(nodeId, stream, name, '\n')
  }

  /** What no node has written. */
  #note(name: string, text: string): void {
    const { stderr } = this.#surroundings
    const paint = painter(stderr, this.#surroundings)
    stderr.write(`${paint('bold', `${printable(name)}:`)} ${paint('yellow', text)}\n`)
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
