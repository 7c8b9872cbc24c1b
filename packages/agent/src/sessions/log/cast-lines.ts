import { StringDecoder } from 'node:string_decoder'
import type { TerminalSize } from '@fairlead/wire/session-message'

/** A terminal that has said nothing of its size. */
const usualSize: TerminalSize = { columns: 80, rows: 24 }

export interface CastTitle {
  readonly title: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** What was seen, as lines of an asciicast v2 file (https://docs.asciinema.org/manual/asciicast/v2/). */
export class CastLines {
  readonly #title: CastTitle
  #size = usualSize
  #isBegun = false
  #isResized = false
  /** The ends of characters of each stream may come in its next bytes. */
  readonly #decoders = { output: new StringDecoder('utf8'), error: new StringDecoder('utf8') }

  constructor(title: CastTitle) {
    this.#title = title
  }

  /** Whoever drags a window makes many sizes; the one that something is seen in is told. */
  resized(size: TerminalSize): void {
    if (size.columns === 0 || size.rows === 0) return
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return
    this.#size = size
    this.#isResized = true
  }

  output(stream: 'output' | 'error', bytes: Uint8Array, atMs: number): string {
    const text = this.#decoders[stream].write(bytes)
    return this.#before(atMs) + (text === '' ? '' : line(atMs, 'o', text))
  }

  /** Words for whoever watches. */
  note(words: string, atMs: number): string {
    return this.#before(atMs) + line(atMs, 'm', words)
  }

  #before(atMs: number): string {
    if (!this.#isBegun) {
      this.#isBegun = true
      this.#isResized = false
      return this.#header()
    }
    if (!this.#isResized) return ''
    this.#isResized = false
    return line(atMs, 'r', `${this.#size.columns}x${this.#size.rows}`)
  }

  #header(): string {
    const { title, startedAt } = this.#title
    const { columns: width, rows: height } = this.#size
    const timestamp = Math.floor(startedAt / 1000)
    // What a session's terminal is told to be.
    return `${JSON.stringify({ version: 2, width, height, timestamp, title, env: { TERM: 'xterm-256color' } })}\n`
  }
}

function line(atMs: number, code: 'o' | 'm' | 'r', text: string): string {
  return `${JSON.stringify([Math.round(atMs) / 1000, code, text])}\n`
}
