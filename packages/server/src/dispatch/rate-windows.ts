import type { CommandStore } from '../store/command-store.ts'
import type { CommandPlan } from './command-plans.ts'

interface Window {
  readonly concurrency: number
  /** Nodes that have the command or are being sent it. */
  readonly active: Set<string>
  /** Nodes that asked and have to wait, in the order in which they asked. */
  readonly parked: Set<string>
}

const pageOfNodes = 1000

/**
 * MaxConcurrency: how many nodes have a command at one time. What is in here is derived from the
 * store the first time a command is met, so it survives a restart; a window that nobody needs goes.
 */
export class RateWindows {
  readonly #commands: CommandStore
  readonly #windows = new Map<string, Window>()
  readonly #loading = new Map<string, Promise<void>>()

  constructor(commands: CommandStore) {
    this.#commands = commands
  }

  /** Must be awaited before `admit`, which answers at once so that nobody can come in between. */
  async prepare({ commandId, concurrency }: CommandPlan): Promise<void> {
    if (concurrency === undefined || this.#windows.has(commandId)) return
    const loading = this.#loading.get(commandId) ?? this.#load({ commandId, concurrency })
    this.#loading.set(commandId, loading)
    try {
      await loading
    } finally {
      this.#loading.delete(commandId)
    }
  }

  /** Takes a place for the node, or parks it until one is free. */
  admit({ commandId, concurrency }: CommandPlan, nodeId: string): boolean {
    if (concurrency === undefined) return true
    const window = this.#windows.get(commandId) ?? this.#open(commandId, concurrency, [])
    if (window.active.has(nodeId)) return true
    if (window.active.size >= concurrency) {
      window.parked.add(nodeId)
      return false
    }
    window.parked.delete(nodeId)
    window.active.add(nodeId)
    return true
  }

  /** The node has no part in the command any more. */
  release(commandId: string, nodeId: string): void {
    const window = this.#windows.get(commandId)
    if (!window) return
    window.parked.delete(nodeId)
    window.active.delete(nodeId)
    if (window.active.size + window.parked.size === 0) this.#windows.delete(commandId)
  }

  /** Who has waited longest, if there is a place for it. It waits no longer: it has to ask again. */
  next(commandId: string): string | undefined {
    const window = this.#windows.get(commandId)
    if (!window || window.active.size >= window.concurrency) return undefined
    for (const nodeId of window.parked) {
      window.parked.delete(nodeId)
      return nodeId
    }
    return undefined
  }

  async #load({ commandId, concurrency }: { commandId: string; concurrency: number }): Promise<void> {
    const active: string[] = []
    let after: string | undefined
    do {
      const page = await this.#commands.unfinishedNodes(commandId, { limit: pageOfNodes, after, delivered: true })
      active.push(...page.items)
      after = page.next
    } while (after !== undefined)
    this.#open(commandId, concurrency, active)
  }

  #open(commandId: string, concurrency: number, active: readonly string[]): Window {
    const window = { concurrency, active: new Set(active), parked: new Set<string>() }
    this.#windows.set(commandId, window)
    return window
  }
}
