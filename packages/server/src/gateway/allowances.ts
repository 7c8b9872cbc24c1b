/** What each name may take at once, and how much more each second after that. */
export interface Allowance {
  readonly burst: number
  readonly perSecond: number
  /** Names that are remembered; the one that was quiet for longest makes room. */
  readonly remembered: number
}

/** A bucket of tokens for each name, in bounded memory. */
export class Allowances {
  readonly #ticks: () => number
  readonly #allowance: Allowance
  /** What is left to each name, the quietest first. */
  readonly #left = new Map<string, { readonly tokens: number; readonly at: number }>()

  /** `ticks`: milliseconds of a clock that nobody sets. */
  constructor(ticks: () => number, allowance: Allowance) {
    this.#ticks = ticks
    this.#allowance = allowance
  }

  /** Takes one, when there is one left. */
  take(name: string): boolean {
    const { burst, perSecond, remembered } = this.#allowance
    const at = this.#ticks()
    const known = this.#left.get(name) ?? { tokens: burst, at }
    const tokens = Math.min(burst, known.tokens + ((at - known.at) / 1000) * perSecond)
    const isLeft = tokens >= 1
    this.#left.delete(name)
    this.#left.set(name, { tokens: isLeft ? tokens - 1 : tokens, at })
    if (this.#left.size > remembered) {
      const [quietest] = this.#left.keys()
      if (quietest !== undefined) this.#left.delete(quietest)
    }
    return isLeft
  }
}
