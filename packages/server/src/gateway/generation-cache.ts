/**
 * Keeps what was looked up about identities for as long as nothing about them changes. Every
 * change, to whomever, empties it: changes are rare, and a stale permission is the one thing
 * that must not be.
 */
export class GenerationCache<Value> {
  readonly #generation: () => number
  readonly #limit: number
  readonly #values = new Map<string, Value>()
  #valuesOf = -1

  constructor(generation: () => number, limit: number) {
    this.#generation = generation
    this.#limit = limit
  }

  async get(name: string, load: () => Promise<Value>): Promise<Value> {
    const generation = this.#generation()
    if (generation !== this.#valuesOf) {
      this.#values.clear()
      this.#valuesOf = generation
    }
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value = await load()
    // Something may have changed while it was read; then it is used once and not kept. That there is
    // nothing is not kept either: strangers could fill the cache with names that they made up.
    if (value === undefined || this.#generation() !== generation) return value
    if (this.#values.size >= this.#limit) this.#values.clear()
    this.#values.set(name, value)
    return value
  }
}
