/** How many outputs are held at a time, whoever they are for: each may take 128 KiB. */
export class LiveSlots {
  readonly #most: number
  #free: number

  constructor(most = 512) {
    this.#most = most
    this.#free = most
  }

  get taken(): number {
    return this.#most - this.#free
  }

  take(): boolean {
    if (this.#free === 0) return false
    this.#free--
    return true
  }

  giveBack(slots: number): void {
    this.#free += slots
  }
}
