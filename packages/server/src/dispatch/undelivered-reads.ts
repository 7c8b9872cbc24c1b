import type { Invocation } from '../domain/invocation.ts'
import type { CommandStore } from '../store/command-store.ts'

/** Nodes that one read asks for. */
const together = 64
/** More than this for all of them, and each is asked for by itself: then one read would not show what is oldest. */
const mostTogether = together * 6

type Waiting = (invocations: Promise<readonly Invocation[]>) => void

/** Reads what waits for nodes: one read for those that are asked for at the same time, as after a new command. */
export class UndeliveredReads {
  readonly #commands: CommandStore
  readonly #now: () => Date
  readonly #limit: number
  #asked = new Map<string, Waiting[]>()

  /** `limit` is for each node. */
  constructor(commands: CommandStore, now: () => Date, limit: number) {
    this.#commands = commands
    this.#now = now
    this.#limit = limit
  }

  /** As the store's `undelivered`; it is read after the call. */
  of(nodeId: string): Promise<readonly Invocation[]> {
    return new Promise((resolve) => {
      if (this.#asked.size === 0) queueMicrotask(() => this.#read())
      const waiting = this.#asked.get(nodeId) ?? []
      waiting.push(resolve)
      this.#asked.set(nodeId, waiting)
      if (this.#asked.size === together) this.#read()
    })
  }

  #read(): void {
    const asked = this.#asked
    this.#asked = new Map()
    const nodeIds = [...asked.keys()]
    const all = nodeIds.length > 1 ? this.#readTogether(nodeIds) : Promise.resolve(undefined)
    for (const [nodeId, waiting] of asked) {
      const found = all.then((byNode) =>
        byNode
          ? (byNode.get(nodeId) ?? []).slice(0, this.#limit)
          : this.#commands.undelivered(nodeId, this.#now(), this.#limit),
      )
      for (const resolve of waiting) resolve(found)
    }
  }

  /** By node, oldest first; undefined when they are too many. */
  async #readTogether(nodeIds: readonly string[]): Promise<ReadonlyMap<string, readonly Invocation[]> | undefined> {
    const found = await this.#commands.undeliveredOf(nodeIds, this.#now(), mostTogether)
    if (found.length >= mostTogether) return undefined
    return Map.groupBy(found.toSorted(byAge), ({ nodeId }) => nodeId)
  }
}

function byAge(one: Invocation, other: Invocation): number {
  return one.requestedAt.getTime() - other.requestedAt.getTime() || (one.commandId < other.commandId ? -1 : 1)
}
