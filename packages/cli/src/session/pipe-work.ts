import { payloadTypes } from '@fairlead/wire/session-message'
import { PassedOn } from './passed-on.ts'
import { type ClientWork, type WorkOutlet, writeInPieces } from './session-work.ts'
import type { SessionWorld } from './session-world.ts'

// Nobody tells the node that the input has ended; what it still has to say may take it a while.
const quietMs = 10_000

/** Standard input and output as the two directions of one TCP connection, byte for byte: SSH and the like. */
export class PipeWork implements ClientWork {
  readonly #world: SessionWorld
  readonly #outlet: WorkOutlet
  readonly #passedOn: PassedOn
  readonly #undo: (() => void)[] = []
  #quiet: NodeJS.Timeout | undefined

  constructor(world: SessionWorld, outlet: WorkOutlet) {
    this.#world = world
    this.#outlet = outlet
    this.#passedOn = new PassedOn(() => outlet.outputTaken())
    const { stdin } = world
    const read = (bytes: Buffer) => writeInPieces(bytes, (piece) => outlet.write(payloadTypes.output, piece))
    const end = () => outlet.onDrained(() => this.#awaitQuiet())
    stdin.on('data', read).once('end', end).resume()
    this.#undo.push(() => stdin.off('data', read).off('end', end).pause())
    this.#undo.push(() => clearTimeout(this.#quiet))
    this.#undo.push(world.onSignal('SIGINT', () => outlet.giveUp() || outlet.end()))
  }

  get backlog(): number {
    return this.#passedOn.backlog
  }

  take(payloadType: number, payload: Uint8Array): void {
    if (payloadType !== payloadTypes.output) return
    this.#quiet?.refresh()
    this.#passedOn.write(this.#world.stdout, payload)
  }

  setFlow(mayWrite: boolean): void {
    if (mayWrite) this.#world.stdin.resume()
    else this.#world.stdin.pause()
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo()
    await this.#passedOn.flushed()
  }

  #awaitQuiet(): void {
    this.#quiet = setTimeout(() => this.#outlet.end(), quietMs)
  }
}
