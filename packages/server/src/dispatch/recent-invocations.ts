import { type Invocation, isTerminal } from '../domain/invocation.ts'

/** Some kilobytes each at worst, most far less. More are under way only when nodes lag; those are read again. */
const kept = 10_000

/**
 * Invocations as they were last read or saved here, while they are under way: it spares reading each of them for
 * each report. Somebody else may have changed one since, so only a save, which names the version, proves a copy good.
 */
export class RecentInvocations {
  readonly #known = new Map<string, Invocation>()

  /** One that has ended is let go: little more is heard of it. */
  note(invocation: Invocation): void {
    const key = keyOf(invocation.commandId, invocation.nodeId)
    this.#known.delete(key)
    if (isTerminal(invocation.status)) return
    this.#known.set(key, invocation)
    if (this.#known.size > kept) this.#dropOldest()
  }

  /** Hands out the copy and forgets it: whoever takes it notes what became of it. */
  take(commandId: string, nodeId: string): Invocation | undefined {
    const key = keyOf(commandId, nodeId)
    const invocation = this.#known.get(key)
    this.#known.delete(key)
    return invocation
  }

  #dropOldest(): void {
    for (const key of this.#known.keys()) {
      this.#known.delete(key)
      return
    }
  }
}

function keyOf(commandId: string, nodeId: string): string {
  return `${commandId} ${nodeId}`
}
