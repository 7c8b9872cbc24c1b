import { encodeSize, payloadTypes } from '@fairlead/wire/session-message'
import { PassedOn } from './passed-on.ts'
import { type ClientWork, type WorkOutlet, writeInPieces } from './session-work.ts'
import type { SessionWorld } from './session-world.ts'

export interface ShellOptions {
  /** False for a command that reads no input and has no terminal. */
  readonly hasInput: boolean
  /** Lines of the input are commands, and one that is not ended is one too. */
  readonly isShell: boolean
  onExitCode(code: number): void
}

// Amazon's client says the same where it has no terminal: wide enough that no program breaks lines.
const sizeOfNoTerminal = { columns: 300, rows: 100 }
const [endOfText, endOfTransmission, newline] = [0x03, 0x04, 0x0a]
const [firstRepeatMs, mostRepeatMs] = [500, 30_000]
const keysOfSignals = { SIGINT: 0x03, SIGQUIT: 0x1c, SIGTSTP: 0x1a } as const

/** A terminal, or pipes in its place, on a shell or a command. */
export class ShellWork implements ClientWork {
  readonly #world: SessionWorld
  readonly #outlet: WorkOutlet
  readonly #options: ShellOptions
  readonly #passedOn: PassedOn
  readonly #undo: (() => void)[] = []
  #lastByte: number = newline
  #mayWrite = true
  #isSizeUntold = false
  #repeat: NodeJS.Timeout | undefined

  constructor(world: SessionWorld, outlet: WorkOutlet, options: ShellOptions) {
    this.#world = world
    this.#outlet = outlet
    this.#options = options
    this.#passedOn = new PassedOn(() => outlet.outputTaken())
    for (const [signal, key] of Object.entries(keysOfSignals)) {
      this.#undo.push(world.onSignal(signal as NodeJS.Signals, () => this.#press(Buffer.of(key))))
    }
    this.#undo.push(() => clearTimeout(this.#repeat))
    this.#followSize()
    if (options.hasInput) this.#readInput()
  }

  get backlog(): number {
    return this.#passedOn.backlog
  }

  take(payloadType: number, payload: Uint8Array): void {
    const { stdout, stderr } = this.#world
    if (payloadType === payloadTypes.output || payloadType === payloadTypes.error) this.#passedOn.write(stdout, payload)
    if (payloadType === payloadTypes.standardError) this.#passedOn.write(stderr, payload)
    if (payloadType === payloadTypes.exitCode) {
      const code = /(\d{1,3})\s*$/.exec(Buffer.from(payload.subarray(-16)).toString())?.[1]
      if (code !== undefined) this.#options.onExitCode(Number(code) & 0xff)
    }
  }

  setFlow(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
    if (mayWrite && this.#isSizeUntold) this.#tellSize()
    if (!this.#options.hasInput) return
    if (mayWrite) this.#world.stdin.resume()
    else this.#world.stdin.pause()
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo()
    await this.#passedOn.flushed()
  }

  #followSize(): void {
    const { stdout } = this.#world
    const tell = () => this.#tellSize()
    tell()
    stdout.on('resize', tell)
    this.#undo.push(() => stdout.off('resize', tell))
  }

  // A window that is drawn larger has a size every few milliseconds: of those that the node can't keep up with the last counts.
  #tellSize(): void {
    this.#isSizeUntold = !this.#mayWrite
    if (this.#isSizeUntold) return
    const { columns = 80, rows = 24, isTTY } = this.#world.stdout
    this.#outlet.write(payloadTypes.size, encodeSize(isTTY === true ? { columns, rows } : sizeOfNoTerminal))
  }

  #readInput(): void {
    const { stdin } = this.#world
    const isTerminal = stdin.isTTY === true && stdin.setRawMode !== undefined
    // What a program writes may hold any byte, and that of Ctrl-C means nothing in it.
    const read = (bytes: Buffer) => (isTerminal ? this.#press(bytes) : this.#type(bytes))
    const end = () => {
      if (!isTerminal) this.#typeEnd()
    }
    if (isTerminal) stdin.setRawMode?.(true)
    stdin.on('data', read).once('end', end).resume()
    this.#undo.push(() => {
      stdin.off('data', read).off('end', end).pause()
      if (isTerminal) stdin.setRawMode?.(false)
    })
  }

  /** Keys of a person. */
  #press(bytes: Uint8Array): void {
    if (!bytes.includes(endOfText) || !this.#outlet.giveUp()) this.#type(bytes)
  }

  #type(bytes: Uint8Array): void {
    this.#lastByte = bytes.at(-1) ?? this.#lastByte
    writeInPieces(bytes, (piece) => this.#outlet.write(payloadTypes.output, piece))
  }

  /** There is no message for the end of the input; on the node is a terminal, which has a key for it. */
  #typeEnd(): void {
    const isWithinLine = this.#lastByte !== newline
    if (isWithinLine) this.#type(Buffer.of(this.#options.isShell ? newline : endOfTransmission))
    this.#repeatEnd(firstRepeatMs)
  }

  // Again and again: the key is lost on a shell that is just about to edit a line.
  #repeatEnd(afterMs: number): void {
    this.#type(Buffer.of(endOfTransmission))
    this.#repeat = setTimeout(() => this.#repeatEnd(Math.min(2 * afterMs, mostRepeatMs)), afterMs)
  }
}
