/** How many outputs are held at a time, whoever they are for: each may take 128 KiB. */
export class LiveSlots {
  #free: number

  constructor(most = 512) {
    this.#free = most
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
