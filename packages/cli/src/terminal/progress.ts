import type { Output, Surroundings } from '../surroundings.ts'
import { duration } from './duration.ts'
import { painter } from './paint.ts'

/** What a step came to: its words for the person, its value for what comes next. */
export interface StepEnd<Value> {
  readonly told: string
  readonly value: Value
}

const firstWordAfterMs = 1000
const laterWordsEveryMs = 10_000

/**
 * Tells of steps as they end, with the time that they took, and while they run when that is longer than a second.
 * A terminal shows the running step at once, on a line that its end overwrites.
 */
export class Progress {
  readonly #output: Output
  readonly #surroundings: Surroundings
  #isMute = false

  constructor(output: Output, surroundings: Surroundings) {
    this.#output = output
    this.#surroundings = surroundings
  }

  /** Nothing more is told, of no step. */
  mute(): void {
    this.#isMute = true
  }

  async step<Value>(doing: string, work: () => Promise<StepEnd<Value>>): Promise<Value> {
    const paint = painter(this.#output, this.#surroundings)
    const from = this.#surroundings.elapsed()
    const quiet = this.#tellWhileItRuns(doing)
    try {
      const { told, value } = await work()
      const took = duration(this.#surroundings.elapsed() - from)
      quiet()
      this.#write(`${paint('green', '✓')} ${told} ${paint('dim', `(${took})`)}\n`)
      return value
    } catch (error) {
      quiet()
      this.#write(`${paint('red', '✗')} ${doing}\n`)
      throw error
    }
  }

  #tellWhileItRuns(doing: string): () => void {
    if (this.#output.isTTY === true) {
      this.#write(`  ${doing} …`)
      return () => this.#write('\r\x1b[2K')
    }
    const from = this.#surroundings.elapsed()
    const tell = () => {
      this.#write(`  ${doing} … ${Math.round((this.#surroundings.elapsed() - from) / 1000)} s\n`)
      timer = setTimeout(tell, laterWordsEveryMs)
    }
    let timer = setTimeout(tell, firstWordAfterMs)
    return () => clearTimeout(timer)
  }

  #write(text: string): void {
    if (!this.#isMute) this.#output.write(text)
  }
}
