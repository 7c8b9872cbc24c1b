import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { localTime } from '../terminal/local-time.ts'
import type { OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'
import { type FinishedRun, reasonOf } from './run-report.ts'
import type { RunView } from './run-view.ts'
import { ShownOutput } from './shown-output.ts'

/** A command on one node, as ssh shows it: its output as it comes, and nothing else unless it failed. */
export class SingleView implements RunView {
  readonly wantsOutput = true
  readonly wantsNames = 'first'
  readonly #surroundings: Pick<Surroundings, 'stdout' | 'stderr'>
  readonly #raw: boolean
  readonly #shown = new ShownOutput()
  #last: NodeOutcome | undefined
  #isPartial = false
  /** The terminal shows a line that has not ended. */
  #isInLine = false

  constructor(surroundings: Pick<Surroundings, 'stdout' | 'stderr'>, raw: boolean) {
    this.#surroundings = surroundings
    this.#raw = raw
  }

  sent(): void {}
  ended(): void {}
  progress(): void {}

  hold(): () => void {
    this.#endLine()
    return () => undefined
  }

  output(piece: OutputPiece): void {
    this.#shown.add(piece)
    if (piece.missed > 0) this.#surroundings.stderr.write(`(${piece.missed} bytes of output were lost here)\n`)
    this.#write(piece.stream, piece.text)
  }

  outcome(outcome: NodeOutcome): void {
    this.#last = outcome
    const { stdout, stderr, isPartial } = this.#shown.rest(outcome)
    this.#isPartial = isPartial
    this.#write('stdout', stdout)
    this.#write('stderr', stderr)
  }

  finish({ commandIds, deliverBy, isTooLate }: FinishedRun): void {
    const say = (text: string) => void this.#surroundings.stderr.write(`fairlead run: ${text}\n`)
    const { name, nodeId = '', status = '', details = '', exitCode } = this.#last ?? {}
    const node = printable(name || nodeId)
    this.#endLine()
    if (this.#isPartial) say('output truncated: the server shows its beginning only')
    if (commandIds.length === 0) say('not sent')
    if (commandIds.length === 0 || status === 'Success' || (details === 'Failed' && exitCode !== undefined)) return
    const until = deliverBy === undefined ? '' : `, until ${localTime(deliverBy)}`
    if (isTooLate && (status === 'Pending' || status === 'Delayed')) {
      say(`${node} was offline. It does not get the command any more: it could${until}.`)
    } else if (status === 'Pending' || status === 'Delayed') {
      say(`${node} is offline. It gets the command when it is back${until}.`)
      say(
        `fairlead commands ${commandIds.join(' ')} --watch shows it; fairlead commands cancel ${commandIds.join(' ')} takes it back.`,
      )
    } else say(`${node}: ${reasonOf(details)}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`)
  }

  #write(stream: OutputPiece['stream'], text: string): void {
    if (text === '') return
    const to = this.#surroundings[stream]
    // A file gets what the command wrote; a terminal nothing that could command it.
    const isTerminal = to.isTTY === true
    to.write(this.#raw || !isTerminal ? text : printable(text))
    if (isTerminal) this.#isInLine = !text.endsWith('\n')
  }

  /** What comes next at a terminal, a prompt or a word of ours, has a line of its own. */
  #endLine(): void {
    const { stdout, stderr } = this.#surroundings
    if (this.#isInLine) (stdout.isTTY === true ? stdout : stderr).write('\n')
    this.#isInLine = false
  }
}
