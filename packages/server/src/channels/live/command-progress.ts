import type { OutputPosition } from '@fairlead/wire/control-message'
import type { Clock } from '../../domain/clock.ts'
import type { LiveOutput, WatchedCommand } from '../../domain/command-watches.ts'
import { type InvocationStatus, isTerminal } from '../../domain/invocation.ts'
import { PlaceSet } from '../../domain/place-set.ts'
import { NodeOutputs, type NodeOutputsWorld } from './node-outputs.ts'

/** Those who wait: what ends their waiting, and when it is over. */
type Waiting = Map<() => void, () => boolean>

/** How a command that is watched gets on, and who waits to hear of it. */
export class CommandProgress implements WatchedCommand {
  readonly nodeIds: readonly string[]
  readonly ended: PlaceSet
  readonly nodeOutputs: NodeOutputs
  readonly #places: ReadonlyMap<string, number>
  readonly #clock: Clock
  readonly #waiting: Waiting = new Map()
  readonly #gathering: Waiting = new Map()
  #isReleased = false

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

  /** Nobody waits any longer: the server stops. */
  release(): void {
    this.#isReleased = true
    for (const end of [...this.#waiting.keys(), ...this.#gathering.keys()]) end()
  }

  async news(hasNews: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    if (!hasNews()) await this.#wait(this.#waiting, hasNews, ms, signal)
    return hasNews()
  }

  gathered(ms: number, signal: AbortSignal): Promise<void> {
    return this.isWhole ? Promise.resolve() : this.#wait(this.#gathering, () => this.isWhole, ms, signal)
  }

  askRest(place: number, from: OutputPosition): boolean {
    return this.nodeOutputs.askRest(place, from)
  }

  read(positions: ReadonlyMap<number, OutputPosition>): void {
    this.nodeOutputs.read(positions)
  }

  #tell(): void {
    for (const [end, isOver] of [...this.#waiting, ...this.#gathering]) if (isOver()) end()
  }

  #wait(waiting: Waiting, isOver: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted || this.#isReleased) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        callOff()
        signal.removeEventListener('abort', end)
        waiting.delete(end)
        resolve()
      }
      const callOff = this.#clock.after(ms, end)
      signal.addEventListener('abort', end)
      waiting.set(end, isOver)
    })
  }
}
