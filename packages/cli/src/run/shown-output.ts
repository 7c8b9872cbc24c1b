import type { OutputPiece } from './command-news.ts'
import { cutMark, type NodeOutcome } from './node-outcome.ts'

type Stream = OutputPiece['stream']

/** Remembers how much of each step's output was shown while it came, so that at the end only the rest is. */
export class ShownOutput {
  /** In bytes, of a stream of a step on a node. */
  readonly #shown = new Map<string, number>()
  readonly #cut = new Set<string>()

  add({ nodeId, step, stream, offset, text }: OutputPiece): void {
    const key = `${nodeId} ${stream} ${step}`
    this.#shown.set(key, offset + Buffer.byteLength(text))
    // What comes from what is kept is cut as that is.
    if (text.endsWith(cutMark)) this.#cut.add(key)
  }

  /** What is to be shown yet, and whether there is more that the server does not show. */
  rest({ nodeId, steps, isCut }: NodeOutcome): Readonly<Record<Stream, string>> & { readonly isPartial: boolean } {
    let isWhole = steps.length > 0
    const restOf = (stream: Stream) =>
      steps.map((one) => {
        const key = `${nodeId} ${stream} ${one.step}`
        const shown = this.#shown.get(key) ?? 0
        const bytes = Buffer.from(one[stream])
        // What was shown while it came goes further than what the server keeps for later.
        if (shown < bytes.length || this.#cut.has(key)) isWhole = false
        return bytes.subarray(shown).toString()
      })
    const [stdout, stderr] = [restOf('stdout').join(''), restOf('stderr').join('')]
    return { stdout, stderr, isPartial: isCut && !isWhole }
  }
}
