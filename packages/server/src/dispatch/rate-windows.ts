import { ranIn } from '../domain/command.ts'
import { windowAfter } from '../domain/rate-control.ts'
import type { CommandStore } from '../store/command-store.ts'
import type { CommandPlan } from './command-plans.ts'

interface Window {
  /** MaxConcurrency: what it grows to. */
  readonly concurrency: number
  /** Nodes that have run it. */
  ran: number
  /** Nodes that have the command or are being sent it. */
  readonly active: Set<string>
  /** Nodes that asked and have to wait, in the order in which they asked. */
  readonly parked: Set<string>
}

interface Loading {
  readonly done: Promise<void>
  /** What became of nodes while the store was asked: its answer may be older. */
  readonly taken: Set<string>
  readonly released: Set<string>
}

const pageOfNodes = 1000

/**
 * MaxConcurrency: how many nodes have a command at one time. What is in here is derived from the
 * store the first time a command is met, so it survives a restart; a window that nobody needs goes.
 */
export class RateWindows {
  readonly #commands: CommandStore
  readonly #windows = new Map<string, Window>()
  readonly #loading = new Map<string, Loading>()

  constructor(commands: CommandStore) {
    this.#commands = commands
  }

  /** Whether `admit` may be asked; else `prepare` has to be awaited, and a window may have gone again by then. */
  isReady({ commandId, concurrency }: CommandPlan): boolean {
    return concurrency === undefined || this.#windows.has(commandId)
  }

  async prepare({ commandId, concurrency }: CommandPlan): Promise<void> {
    if (concurrency === undefined) return
    await (this.#loading.get(commandId) ?? this.#begin(commandId, concurrency)).done
  }

  /** Takes a place for the node, or parks it until one is free; at once, so that nobody can come in between. */
  admit({ commandId, concurrency }: CommandPlan, nodeId: string): boolean {
    if (concurrency === undefined) return true
    const window = this.#windows.get(commandId)
    if (!window) return false
    if (window.active.has(nodeId)) return true
    if (isFull(window)) {
      window.parked.add(nodeId)
      return false
    }
    window.parked.delete(nodeId)
    window.active.add(nodeId)
    return true
  }

  /** The node has the command, whether it was admitted here or by a server that is no more. */
  take(commandId: string, nodeId: string): void {
    this.#loading.get(commandId)?.taken.add(nodeId)
    this.#windows.get(commandId)?.active.add(nodeId)
  }

  /** The node has no part in the command any more; `hasRun` when it has run it. */
  release(commandId: string, nodeId: string, hasRun = false): void {
    this.#loading.get(commandId)?.released.add(nodeId)
    const window = this.#windows.get(commandId)
    if (!window) return
    window.parked.delete(nodeId)
    window.active.delete(nodeId)
    if (hasRun) window.ran += 1
    if (window.active.size + window.parked.size === 0) this.#windows.delete(commandId)
  }

  /** Who has waited longest, if there is a place for it. It waits no longer: it has to ask again. */
  next(commandId: string): string | undefined {
    const window = this.#windows.get(commandId)
    if (!window || isFull(window)) return undefined
    for (const nodeId of window.parked) {
      window.parked.delete(nodeId)
      return nodeId
    }
    return undefined
  }

  #begin(commandId: string, concurrency: number): Loading {
    const taken = new Set<string>()
    const released = new Set<string>()
    const done = this.#load(commandId, concurrency, { taken, released }).finally(() => this.#loading.delete(commandId))
    const loading = { done, taken, released }
    this.#loading.set(commandId, loading)
    return loading
  }

  async #load(commandId: string, concurrency: number, meanwhile: Omit<Loading, 'done'>): Promise<void> {
    const active = new Set<string>()
    let after: string | undefined
    do {
      const page = await this.#commands.unfinishedNodes(commandId, { limit: pageOfNodes, after, delivered: true })
      for (const nodeId of page.items) active.add(nodeId)
      after = page.next
    } while (after !== undefined)
    const command = await this.#commands.findCommand(commandId)
    for (const nodeId of meanwhile.taken) active.add(nodeId)
    for (const nodeId of meanwhile.released) active.delete(nodeId)
    const ran = command ? ranIn(command.counts) : 0
    this.#windows.set(commandId, { concurrency, ran, active, parked: new Set() })
  }
}

function isFull({ concurrency, ran, active }: Window): boolean {
  return active.size >= windowAfter(ran, concurrency)
}
