/** A set of places in a list of a known length, a bit for each. */
export class PlaceSet {
  /** How many places there are, in the set or not. */
  readonly length: number
  readonly #bits: Uint8Array
  #count = 0

  constructor(length: number) {
    this.length = length
    this.#bits = new Uint8Array((length + 7) >> 3)
  }

  /** Undefined for text that is not that of a set of places in a list of this length. */
  static parse(text: string, length: number): PlaceSet | undefined {
    const bytes = Buffer.from(text, 'base64url')
    const set = new PlaceSet(length)
    if (bytes.length > set.#bits.length) return undefined
    for (const [index, byte] of bytes.entries()) {
      for (let bit = 0; bit < 8; bit++) {
        if (((byte >> bit) & 1) === 0) continue
        if (index * 8 + bit >= length) return undefined
        set.add(index * 8 + bit)
      }
    }
    return set.toString() === text ? set : undefined
  }

  /** How many places are in the set. */
  get count(): number {
    return this.#count
  }

  has(place: number): boolean {
    return (((this.#bits[place >> 3] ?? 0) >> (place & 7)) & 1) === 1
  }

  /** Answers whether it was not in the set before. */
  add(place: number): boolean {
    if (place >= this.length || this.has(place)) return false
    this.#bits[place >> 3] = (this.#bits[place >> 3] ?? 0) | (1 << (place & 7))
    this.#count++
    return true
  }

  /** The places in this set that are not in the other, in their order. */
  *without(other: PlaceSet): Generator<number> {
    for (const [index, byte] of this.#bits.entries()) {
      const left = byte & ~(other.#bits[index] ?? 0)
      for (let bit = 0; left >> bit !== 0; bit++) if (((left >> bit) & 1) === 1) yield index * 8 + bit
    }
  }

  toString(): string {
    const used = this.#bits.findLastIndex((byte) => byte !== 0) + 1
    return Buffer.from(this.#bits.subarray(0, used)).toString('base64url')
  }
}
