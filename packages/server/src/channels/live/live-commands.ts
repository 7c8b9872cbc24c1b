import type { Bus } from '../../bus/bus.ts'
import type { Clock } from '../../domain/clock.ts'
import { type CommandWatches, TooManyWatches, type WatchedCommand } from '../../domain/command-watches.ts'
import { type InvocationStatus, isTerminal, statusOfDetails } from '../../domain/invocation.ts'
import type { CommandStore, Standing } from '../../store/command-store.ts'
import { CommandProgress } from './command-progress.ts'

/** A command is remembered for so long after somebody has asked for it: the next poll follows soon. */
const keptMs = 30_000
const sweepMs = 10_000
/** The bus may lose a hint, so the store is asked again when it has counted more ends than we have heard of for so long. */
const trustedMs = 5_000
const mostWaiting = 1_000
const pageSize = 1_000

export interface LiveCommandsParts {
  readonly commands: Pick<CommandStore, 'listStandings'>
  readonly bus: Bus
  readonly clock: Clock
}

interface Watch {
  readonly progress: Promise<CommandProgress>
  /** Those hints that come before `progress` is there are in its promise's way: they are kept. */
  readonly early: { readonly nodeId: string; readonly status: InvocationStatus }[]
  loaded?: CommandProgress
  askedAt: number
  readAt: number
}

/**
 * The commands that somebody watches just now. What becomes of them is heard from the bus; the store is read once when
 * the watching begins, so that a poll costs what has changed and not what there is.
 */
export class LiveCommands implements CommandWatches {
  readonly #parts: LiveCommandsParts
  readonly #watches = new Map<string, Watch>()
  readonly #unsubscribe: () => void
  #callOffSweep = () => {}
  #isOpen = true

  constructor(parts: LiveCommandsParts) {
    this.#parts = parts
    this.#unsubscribe = parts.bus.subscribe('invocation', ({ commandId, nodeId, details }) => {
      const watch = this.#watches.get(commandId)
      if (watch !== undefined) hear(watch, nodeId, statusOfDetails[details])
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  async watch(commandId: string, completed: number): Promise<WatchedCommand> {
    const now = this.#parts.clock.now().getTime()
    const known = this.#watches.get(commandId)
    if (known === undefined && this.#watches.size === 0) this.#sweep()
    const watch = known ?? this.#begin(commandId, now)
    watch.askedAt = now
    const progress = await watch.progress
    if (progress.ended.count < completed && now - watch.readAt >= trustedMs) {
      watch.readAt = now
      for (const { nodeId, status } of await this.#standings(commandId)) hear(watch, nodeId, status)
    }
    if (this.#waiting() >= mostWaiting) throw new TooManyWatches(`${mostWaiting} callers wait already`)
    return progress
  }

  /** Ends all waiting; from now on nobody waits. */
  close(): void {
    this.#isOpen = false
    this.#unsubscribe()
    this.#callOffSweep()
    for (const { loaded } of this.#watches.values()) loaded?.release()
  }

  #begin(commandId: string, now: number): Watch {
    const loading = this.#standings(commandId).then((standings) => {
      const nodeIds = standings.map(({ nodeId }) => nodeId).sort()
      const progress = new CommandProgress(nodeIds, this.#parts.clock)
      watch.loaded = progress
      for (const { nodeId, status } of [...standings, ...watch.early]) hear(watch, nodeId, status)
      return progress
    })
    const watch: Watch = { progress: loading, early: [], askedAt: now, readAt: now }
    this.#watches.set(commandId, watch)
    loading.catch(() => this.#watches.delete(commandId))
    return watch
  }

  async #standings(commandId: string): Promise<readonly Standing[]> {
    const standings: Standing[] = []
    let after: string | undefined
    do {
      const { items, next } = await this.#parts.commands.listStandings(commandId, { limit: pageSize, after })
      standings.push(...items)
      after = next
    } while (after !== undefined)
    return standings
  }

  #waiting(): number {
    let waiting = 0
    for (const { loaded } of this.#watches.values()) waiting += loaded?.waiting ?? 0
    return waiting
  }

  #sweep(): void {
    this.#callOffSweep = this.#parts.clock.after(sweepMs, () => {
      const before = this.#parts.clock.now().getTime() - keptMs
      for (const [commandId, { askedAt, loaded }] of this.#watches) {
        if (askedAt < before && loaded?.waiting === 0) this.#watches.delete(commandId)
      }
      if (this.#watches.size > 0) this.#sweep()
    })
  }
}

function hear(watch: Watch, nodeId: string, status: InvocationStatus): void {
  if (watch.loaded === undefined) watch.early.push({ nodeId, status })
  else if (isTerminal(status)) watch.loaded.end(nodeId)
}
