/** How many nodes are served before the event loop gets its turn: whoever asked for the work is answered first. */
const atOnce = 64

/** Nodes that something was announced for, each once. They are served in order, a few in each turn of the event loop. */
export class WorkQueue {
  readonly #serve: (nodeId: string) => Promise<void>
  readonly #nodes = new Set<string>()
  #draining: Promise<void> | undefined

  /** `serve` must not reject. */
  constructor(serve: (nodeId: string) => Promise<void>) {
    this.#serve = serve
  }

  add(nodeId: string): void {
    this.#nodes.add(nodeId)
    this.#draining ??= this.#drain()
  }

  /** Forgets what has not been begun. */
  clear(): void {
    this.#nodes.clear()
  }

  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#nodes.size > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all(this.#some().map((nodeId) => this.#serve(nodeId)))
    }
    this.#draining = undefined
  }

  #some(): readonly string[] {
    const some: string[] = []
    for (const nodeId of this.#nodes) {
      if (some.length >= atOnce) break
      some.push(nodeId)
    }
    for (const nodeId of some) this.#nodes.delete(nodeId)
    return some
  }
}
