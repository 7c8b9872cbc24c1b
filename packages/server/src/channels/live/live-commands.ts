import type { AgentJobOutput, AgentJobOutputEnd } from '@fairlead/wire/control-message'
import type { Bus } from '../../bus/bus.ts'
import type { Clock } from '../../domain/clock.ts'
import type { CommandCounts } from '../../domain/command.ts'
import { type CommandWatches, TooManyWatches, type WatchedCommand } from '../../domain/command-watches.ts'
import { type InvocationStatus, statusOfDetails } from '../../domain/invocation.ts'
import type { Counters } from '../../domain/telemetry.ts'
import type { CommandStore, Standing } from '../../store/command-store.ts'
import { CommandProgress } from './command-progress.ts'
import type { LiveLines } from './live-job.ts'
import { LiveSlots } from './live-slots.ts'

/** A command is remembered for so long after somebody has asked for it: the next poll follows soon. */
const keptMs = 15_000
const sweepMs = 5_000
/** A poll that has been answered is followed by the next within this. */
const followsMs = 1_000
/** The bus may lose a hint, so the store is asked again when it has counted more ends than we have heard of for so long. */
const trustedMs = 5_000
const mostWaiting = 1_000
const mostWatches = 1_000
/** Of all watched commands; a node takes some 150 bytes. */
const mostNodes = 500_000
const pageSize = 1_000

export interface LiveCommandsParts {
  readonly commands: Pick<CommandStore, 'listStandings'>
  readonly bus: Bus
  readonly clock: Clock
  readonly lines: LiveLines
  readonly counters: Counters
}

interface Watch {
  readonly progress: Promise<CommandProgress>
  /** Those hints that come before `progress` is there are in its promise's way: they are kept. */
  readonly early: { readonly nodeId: string; readonly status: InvocationStatus }[]
  loaded?: CommandProgress
  readonly nodes: number
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
  readonly #slots = new LiveSlots()
  readonly #ends: readonly (() => void)[]
  #callOffSweep: (() => void) | undefined
  #isOpen = true

  constructor(parts: LiveCommandsParts) {
    this.#parts = parts
    const { counters } = parts
    counters.gauge('fairlead_watched_commands', 'Commands that somebody watches', () => this.#watches.size)
    counters.gauge('fairlead_waiting_watchers', 'Requests that wait for news of a command', () => this.#waiting())
    counters.gauge(
      'fairlead_live_outputs',
      'Outputs of nodes that are held for those who watch',
      () => this.#slots.taken,
    )
    this.#ends = [
      parts.bus.subscribe('invocation', ({ commandId, nodeId, details }) => {
        const watch = this.#watches.get(commandId)
        if (watch !== undefined) hear(watch, nodeId, statusOfDetails[details])
      }),
      parts.bus.subscribe('channel-open', ({ nodeId }) => {
        for (const { loaded } of this.#watches.values()) {
          const place = loaded?.placeOf(nodeId)
          if (place !== undefined) loaded?.nodeOutputs.returned(place)
        }
      }),
    ]
  }

  async watch(
    commandId: string,
    { target, completed }: Pick<CommandCounts, 'target' | 'completed'>,
  ): Promise<WatchedCommand> {
    const now = this.#parts.clock.ticks()
    const watch = this.#watches.get(commandId) ?? this.#begin(commandId, target, now)
    watch.askedAt = now
    this.#sweep()
    const progress = await watch.progress
    if (progress.ended.count < completed && now - watch.readAt >= trustedMs) {
      watch.readAt = now
      for (const { nodeId, status } of await this.#standings(commandId)) hear(watch, nodeId, status)
    }
    if (this.#waiting() >= mostWaiting) throw new TooManyWatches(`${mostWaiting} callers wait already`)
    return progress
  }

  /** An agent has sent output of a command that is watched. */
  heard(nodeId: string, output: AgentJobOutput | AgentJobOutputEnd): void {
    const progress = this.#watches.get(output.commandId)?.loaded
    const place = progress?.placeOf(nodeId)
    if (place !== undefined) progress?.nodeOutputs.hear(place, output)
  }

  /** Ends all waiting; from now on nobody waits. */
  close(): void {
    this.#isOpen = false
    for (const end of this.#ends) end()
    this.#callOffSweep?.()
    for (const { loaded } of this.#watches.values()) {
      loaded?.release()
      loaded?.nodeOutputs.stop()
    }
  }

  #begin(commandId: string, nodes: number, now: number): Watch {
    this.#makeRoom(nodes, now)
    const loading = this.#standings(commandId).then((standings) => {
      const nodeIds = standings.map(({ nodeId }) => nodeId).sort()
      const progress = new CommandProgress(commandId, nodeIds, { ...this.#parts, slots: this.#slots })
      watch.loaded = progress
      if (!this.#isOpen) progress.release()
      for (const { nodeId, status } of [...standings, ...watch.early]) hear(watch, nodeId, status)
      return progress
    })
    const watch: Watch = { progress: loading, early: [], nodes, askedAt: now, readAt: now }
    this.#watches.set(commandId, watch)
    loading.catch(() => this.#watches.delete(commandId))
    return watch
  }

  /** Watches of commands that have ended make room for others. */
  #makeRoom(nodes: number, now: number): void {
    let held = nodes
    for (const watch of this.#watches.values()) held += watch.nodes
    for (const [commandId, { loaded, askedAt, nodes: freed }] of this.#watches) {
      if (this.#watches.size < mostWatches && held <= mostNodes) return
      if (loaded?.isWhole !== true || loaded.waiting > 0 || now - askedAt < followsMs) continue
      this.#forget(commandId, loaded)
      held -= freed
    }
    if (this.#watches.size < mostWatches && (held <= mostNodes || this.#watches.size === 0)) return
    throw new TooManyWatches(`${this.#watches.size} commands are watched already`)
  }

  #forget(commandId: string, progress: CommandProgress): void {
    progress.nodeOutputs.stop()
    this.#watches.delete(commandId)
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
    if (!this.#isOpen) return
    this.#callOffSweep ??= this.#parts.clock.after(sweepMs, () => {
      this.#callOffSweep = undefined
      const before = this.#parts.clock.ticks() - keptMs
      for (const [commandId, { askedAt, loaded }] of this.#watches) {
        if (askedAt >= before || loaded?.waiting !== 0) continue
        this.#forget(commandId, loaded)
      }
      if (this.#watches.size > 0) this.#sweep()
    })
  }
}

function hear(watch: Watch, nodeId: string, status: InvocationStatus): void {
  if (watch.loaded === undefined) watch.early.push({ nodeId, status })
  else watch.loaded.hear(nodeId, status)
}
