import type { OutputPiece } from './command-news.ts'
import type { NodeOutcome } from './node-outcome.ts'

type Stream = OutputPiece['stream']

/** Remembers how much of each step's output was shown while it came, so that at the end only the rest is. */
export class ShownOutput {
  /** In bytes, of a stream of a step on a node. */
  readonly #shown = new Map<string, number>()

  add({ nodeId, step, stream, offset, text }: OutputPiece): void {
    this.#shown.set(`${nodeId} ${stream} ${step}`, offset + Buffer.byteLength(text))
  }

  /** What is to be shown yet, and whether there is more that the server does not show. */
  rest({ nodeId, steps, isCut }: NodeOutcome): Readonly<Record<Stream, string>> & { readonly isPartial: boolean } {
    let isWhole = steps.length > 0
    const restOf = (stream: Stream) =>
      steps.map((one) => {
        const shown = this.#shown.get(`${nodeId} ${stream} ${one.step}`) ?? 0
        const bytes = Buffer.from(one[stream])
        // What was shown while it came goes further than what the server keeps for later.
        if (shown < bytes.length) isWhole = false
        return bytes.subarray(shown).toString()
      })
    const [stdout, stderr] = [restOf('stdout').join(''), restOf('stderr').join('')]
    return { stdout, stderr, isPartial: isCut && !isWhole }
  }
}
