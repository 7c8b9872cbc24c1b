/** A promise of a turn. Used once, by `start` or by `giveBack`. */
export interface Place {
  /** True when nothing has to end first. */
  readonly immediate: boolean
  start(run: () => Promise<void>): void
  giveBack(): void
}

/** So many commands at a time, and so many waiting for their turn. Beyond that the server has to keep them. */
export class CommandPool {
  readonly #workers: number
  readonly #waitingPlaces: number
  readonly #waiting: (() => Promise<void>)[] = []
  #running = 0
  #reservedToWait = 0

  constructor(workers: number, waitingPlaces: number) {
    this.#workers = workers
    this.#waitingPlaces = waitingPlaces
  }

  /** Undefined when the pool is full. */
  reserve(): Place | undefined {
    if (this.#running < this.#workers) return this.#immediatePlace()
    return this.#waiting.length + this.#reservedToWait < this.#waitingPlaces ? this.#waitingPlace() : undefined
  }

  /** For commands that were taken on by an earlier agent: they cannot be refused any more. */
  reserveAnyway(): Place {
    return this.#running < this.#workers ? this.#immediatePlace() : this.#waitingPlace()
  }

  #immediatePlace(): Place {
    this.#running++
    return {
      immediate: true,
      start: (run) => void this.#run(run),
      giveBack: () => this.#next(),
    }
  }

  #waitingPlace(): Place {
    this.#reservedToWait++
    return {
      immediate: false,
      start: (run) => {
        this.#reservedToWait--
        if (this.#running < this.#workers) {
          this.#running++
          void this.#run(run)
        } else {
          this.#waiting.push(run)
        }
      },
      giveBack: () => {
        this.#reservedToWait--
      },
    }
  }

  async #run(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } finally {
      this.#next()
    }
  }

  #next(): void {
    this.#running--
    const run = this.#waiting.shift()
    if (run === undefined) return
    this.#running++
    void this.#run(run)
  }
}
