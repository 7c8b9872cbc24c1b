import type { NodeOutcome } from './node-outcome.ts'
import type { OutputPiece } from './watch-command.ts'

type Stream = OutputPiece['stream']

/** Remembers how much of each node's output was shown while it came, so that at the end only the rest is. */
export class ShownOutput {
  readonly #shown = new Map<string, number>()

  add({ nodeId, stream, text, missed }: OutputPiece): void {
    const key = `${nodeId} ${stream}`
    this.#shown.set(key, (this.#shown.get(key) ?? 0) + missed + text.length)
  }

  rest({ nodeId, stdout, stderr }: NodeOutcome): Readonly<Record<Stream, string>> {
    const restOf = (stream: Stream, text: string) => text.slice(this.#shown.get(`${nodeId} ${stream}`) ?? 0)
    return { stdout: restOf('stdout', stdout), stderr: restOf('stderr', stderr) }
  }
}
