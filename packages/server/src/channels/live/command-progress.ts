import type { OutputPosition } from '@fairlead/wire/control-message'
import type { Clock } from '../../domain/clock.ts'
import type { LiveOutput, WatchedCommand } from '../../domain/command-watches.ts'
import { type InvocationStatus, isTerminal } from '../../domain/invocation.ts'
import { PlaceSet } from '../../domain/place-set.ts'
import { NodeOutputs, type NodeOutputsWorld } from './node-outputs.ts'

/** How a command that is watched gets on, and who waits to hear of it. */
export class CommandProgress implements WatchedCommand {
  readonly nodeIds: readonly string[]
  readonly ended: PlaceSet
  readonly nodeOutputs: NodeOutputs
  readonly #places: ReadonlyMap<string, number>
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  readonly #gathering = new Set<() => void>()
  #changes = 0

  /** @param nodeIds in their order */
  constructor(commandId: string, nodeIds: readonly string[], world: Omit<NodeOutputsWorld, 'tell'>) {
    this.nodeIds = nodeIds
    this.ended = new PlaceSet(nodeIds.length)
    this.nodeOutputs = new NodeOutputs(commandId, nodeIds, { ...world, tell: () => this.#tell() })
    this.#places = new Map(nodeIds.map((nodeId, place) => [nodeId, place]))
    this.#clock = world.clock
  }

  get isWhole(): boolean {
    return this.ended.count === this.nodeIds.length
  }

  get outputs(): ReadonlyMap<number, LiveOutput> {
    return this.nodeOutputs.logs
  }

  get changes(): number {
    return this.#changes
  }

  get waiting(): number {
    return this.#waiting.size + this.#gathering.size
  }

  placeOf(nodeId: string): number | undefined {
    return this.#places.get(nodeId)
  }

  hear(nodeId: string, status: InvocationStatus): void {
    const place = this.#places.get(nodeId)
    if (place === undefined || this.ended.has(place)) return
    if (!isTerminal(status)) {
      if (status === 'InProgress' || status === 'Cancelling') this.nodeOutputs.begun(place)
      return
    }
    this.ended.add(place)
    this.nodeOutputs.ended(place)
    this.#tell()
  }

  /** Nobody waits any longer, whether something has happened or not. */
  release(): void {
    for (const wake of [...this.#waiting, ...this.#gathering]) wake()
  }

  changed(changes: number, ms: number, signal: AbortSignal): Promise<void> {
    return changes === this.#changes ? this.#wait(this.#waiting, ms, signal) : Promise.resolve()
  }

  gathered(ms: number, signal: AbortSignal): Promise<void> {
    return this.isWhole ? Promise.resolve() : this.#wait(this.#gathering, ms, signal)
  }

  read(positions: ReadonlyMap<number, OutputPosition>): void {
    this.nodeOutputs.read(positions)
  }

  #tell(): void {
    this.#changes++
    for (const wake of [...this.#waiting]) wake()
    if (this.isWhole) this.release()
  }

  #wait(waiting: Set<() => void>, ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        callOff()
        signal.removeEventListener('abort', wake)
        waiting.delete(wake)
        resolve()
      }
      const callOff = this.#clock.after(ms, wake)
      signal.addEventListener('abort', wake)
      waiting.add(wake)
    })
  }
}
