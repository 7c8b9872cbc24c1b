import type { TerminalSize } from '@fairlead/wire/session-message'

/**
 * Every change of a terminal's size makes the programs on it draw anew: of many changes that come at once only the last is
 * carried out.
 */
export class LatestSize {
  readonly #apply: (columns: number, rows: number) => void
  #size: TerminalSize | undefined

  constructor(apply: (columns: number, rows: number) => void) {
    this.#apply = apply
  }

  set(size: TerminalSize): void {
    if (this.#size === undefined) setImmediate(() => this.settle())
    this.#size = size
  }

  /** Carries out what waits: keys that were typed after a change must find it done. */
  settle(): void {
    const size = this.#size
    this.#size = undefined
    if (size !== undefined) this.#apply(size.columns, size.rows)
  }
}
