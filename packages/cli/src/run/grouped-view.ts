import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import type { EndedNode, OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'
import { type FinishedRun, type ReportOptions, runReport } from './run-report.ts'
import type { RunProgress, RunView } from './run-view.ts'

const latestLines = 5
const barWidth = 30
const redrawMs = 80
const inLogsMs = 10_000

/**
 * Many nodes: a bar with what came last above it while the command runs, on the standard error when that is a terminal, and
 * at the end the report, on the standard output.
 */
export class GroupedView implements RunView {
  readonly #surroundings: Surroundings
  readonly #options: ReportOptions
  readonly #isTerminal: boolean
  /** Undefined until it is known of how many nodes. */
  #progress: RunProgress | undefined
  #latest: readonly string[] = []
  #drawnLines = 0
  #drawnAt: number
  /** How many have the terminal to themselves: a word may be said while a question stands. */
  #holds = 0
  #later: NodeJS.Timeout | undefined

  constructor(surroundings: Surroundings, options: ReportOptions) {
    this.#surroundings = surroundings
    this.#options = options
    this.#isTerminal = surroundings.stderr.isTTY === true
    this.#drawnAt = surroundings.elapsed()
  }

  get wantsOutput(): boolean {
    return this.#isTerminal
  }

  get wantsNames(): 'meanwhile' | 'last' {
    return this.#isTerminal ? 'meanwhile' : 'last'
  }

  sent(): void {}
  outcome(_outcome: NodeOutcome): void {}

  output({ text, missed }: OutputPiece, name: string): void {
    const lines = text.split('\n').filter((line) => line !== '')
    if (missed > 0) lines.push(`(${missed} bytes lost)`)
    this.#latest = [...this.#latest, ...lines.slice(-latestLines).map((line) => `${name}: ${line}`)].slice(-latestLines)
    this.#draw()
  }

  ended({ status, details }: EndedNode, name: string): void {
    if (status !== 'Success') this.#latest = [...this.#latest, `${name}: ${details}`].slice(-latestLines)
  }

  progress(progress: RunProgress): void {
    const { completed, total } = this.#progress ?? {}
    const isNew = progress.completed !== completed || progress.total !== total || this.#drawnLines === 0
    this.#progress = progress
    if (isNew) this.#draw()
  }

  hold(): () => void {
    this.#clear()
    this.#holds++
    return () => {
      this.#holds--
      this.#draw()
    }
  }

  finish(run: FinishedRun): void {
    this.#holds++
    this.#clear()
    const { stdout } = this.#surroundings
    for (const part of runReport(run, painter(stdout, this.#surroundings), this.#options)) stdout.write(part)
  }

  #clear(): void {
    clearTimeout(this.#later)
    this.#later = undefined
    if (this.#drawnLines > 0) this.#surroundings.stderr.write(`\x1b[${this.#drawnLines}A\r\x1b[J`)
    this.#drawnLines = 0
  }

  #draw(): void {
    if (this.#progress === undefined || this.#holds > 0) return
    const isLast = this.#progress.completed === this.#progress.total
    if (isLast && !this.#isTerminal) return
    if (isLast || this.#surroundings.elapsed() - this.#drawnAt >= (this.#isTerminal ? redrawMs : inLogsMs)) {
      this.#drawNow(this.#progress)
    } else if (this.#isTerminal) this.#later ??= setTimeout(() => this.#drawLater(), redrawMs)
  }

  /** What was not drawn may be the last news for long; and by the clock a timer can be early. */
  #drawLater(): void {
    this.#later = undefined
    if (this.#progress !== undefined && this.#holds === 0) this.#drawNow(this.#progress)
  }

  #drawNow({ total, completed, failed, left }: RunProgress): void {
    this.#drawnAt = this.#surroundings.elapsed()
    const waits = left.length > 0 ? `, waiting for ${printable(left.join(', '))}` : ''
    const counts = `${completed} of ${total}${failed > 0 ? `, ${failed} failed` : ''}${waits}`
    const { stderr } = this.#surroundings
    if (!this.#isTerminal) {
      stderr.write(`${counts}\n`)
      return
    }
    this.#clear()
    const paint = painter(stderr, this.#surroundings)
    const done = total === 0 ? barWidth : Math.round((barWidth * completed) / total)
    const width = (stderr.columns ?? 80) - 1
    const lines = this.#latest.map((line) => paint('dim', printable(line).replaceAll('\t', ' ').slice(0, width)))
    lines.push(`${'█'.repeat(done)}${'░'.repeat(barWidth - done)} ${counts}`.slice(0, width))
    stderr.write(lines.map((line) => `${line}\n`).join(''))
    this.#drawnLines = lines.length
  }
}
