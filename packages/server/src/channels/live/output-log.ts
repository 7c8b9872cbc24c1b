import type { AgentJobOutput, AgentJobOutputEnd, OutputPosition, OutputStream } from '@fairlead/wire/control-message'
import type { LiveOutput, LivePiece } from '../../domain/command-watches.ts'

/** What is kept of an invocation's output for those who watch it: what nobody has taken yet, and as much again. */
const mostBytes = 128 * 1024
const mostEntries = 1024
const streams = ['stdout', 'stderr'] as const

interface Entry extends Omit<LivePiece, 'missed'> {
  readonly step: number
  readonly end: number
  /** How much had been received with it. */
  readonly received: number
}

/** The newest output of one invocation, in the order in which the agent sent it. */
export class OutputLog implements LiveOutput {
  #state: LiveOutput['state'] = 'running'
  #entries: Entry[] = []
  #bytes = 0
  #received = 0
  #end: OutputPosition
  /** Of every step: what it is called, and where its streams ended. */
  readonly #steps = new Map<number, { stepName: string; plugin: string; stdout: number; stderr: number }>()

  constructor(from: OutputPosition) {
    this.#end = from
  }

  get state(): LiveOutput['state'] {
    return this.#state
  }

  /** Where the agent is to go on. */
  get end(): OutputPosition {
    return this.#end
  }

  /** Counts every byte that came, wanted or not. */
  get received(): number {
    return this.#received
  }

  append({ step, stepName, plugin, stream, offset, bytes }: AgentJobOutput): void {
    this.#received += bytes.length
    if (this.#state !== 'running' || step < this.#end.step) return
    if (step > this.#end.step) this.#end = { step, stdout: 0, stderr: 0 }
    // What comes twice, after the agent was asked anew, is kept once.
    const known = Math.max(0, this.#end[stream] - offset)
    if (known >= bytes.length) return
    const end = offset + bytes.length
    const entry = { step, stepName, plugin, stream, offset: offset + known, end, received: this.#received }
    this.#entries.push({ ...entry, bytes: Buffer.from(bytes.subarray(known)) })
    this.#bytes += bytes.length - known
    this.#end = { ...this.#end, [stream]: end }
    this.#steps.set(step, { stepName, plugin, stdout: this.#end.stdout, stderr: this.#end.stderr })
    while (this.#bytes > mostBytes || this.#entries.length > mostEntries) {
      this.#bytes -= this.#entries.shift()?.bytes.length ?? 0
    }
  }

  /** Nothing more will come. */
  finish(end: AgentJobOutputEnd['end']): void {
    if (this.#state === 'running') this.#state = end
  }

  /** How much of what was received lies before a position. */
  receivedUntil(position: OutputPosition): number {
    if (!isBefore(position, this.#end)) return this.#received
    const next = this.#entries.find((entry) => !isKnown(entry, position))
    return next === undefined ? this.#received : next.received - next.bytes.length
  }

  hasAfter(position: OutputPosition): boolean {
    return isBefore(position, this.#end)
  }

  bytesAfter(position: OutputPosition): number {
    return this.#received - this.receivedUntil(position)
  }

  after(
    position: OutputPosition,
    most: number,
  ): { readonly pieces: readonly LivePiece[]; readonly next: OutputPosition } {
    const pieces: LivePiece[] = []
    let next = position
    let length = 0
    const reach = (step: number) => {
      for (; next.step < step; next = { step: next.step + 1, stdout: 0, stderr: 0 }) {
        pieces.push(...streams.flatMap((stream) => this.#lostOf(next, stream)))
      }
    }
    for (const entry of this.#entries) {
      if (isKnown(entry, next)) continue
      reach(entry.step)
      const { stream, stepName, plugin } = entry
      const known = Math.max(0, next[stream] - entry.offset)
      const bytes = entry.bytes.subarray(known)
      if (length > 0 && length + bytes.length > most) return { pieces: joined(pieces), next }
      length += bytes.length
      const missed = Math.max(0, entry.offset - next[stream])
      pieces.push({ stepName, plugin, stream, offset: entry.offset + known, bytes, missed })
      next = { ...next, [stream]: entry.end }
    }
    reach(this.#end.step)
    pieces.push(...streams.flatMap((stream) => this.#lostOf(next, stream)))
    return { pieces: joined(pieces), next: isBefore(next, this.#end) ? this.#end : next }
  }

  /** What there was of a stream's end and is no longer kept: it is said that it is missing. */
  #lostOf(position: OutputPosition, stream: OutputStream): readonly LivePiece[] {
    const step = this.#steps.get(position.step)
    const missed = (step?.[stream] ?? 0) - position[stream]
    if (step === undefined || missed <= 0) return []
    const { stepName, plugin } = step
    return [{ stepName, plugin, stream, offset: step[stream], bytes: new Uint8Array(0), missed }]
  }
}

function isBefore(one: OutputPosition, other: OutputPosition): boolean {
  if (one.step !== other.step) return one.step < other.step
  return one.stdout < other.stdout || one.stderr < other.stderr
}

function isKnown({ step, stream, end }: Entry, position: OutputPosition): boolean {
  return step < position.step || (step === position.step && end <= position[stream])
}

/** Pieces of a stream that follow one another, as one. */
function joined(pieces: readonly LivePiece[]): readonly LivePiece[] {
  const runs: LivePiece[][] = []
  for (const piece of pieces) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const follows =
      last?.stream === piece.stream &&
      last.stepName === piece.stepName &&
      piece.missed === 0 &&
      last.offset + last.bytes.length === piece.offset
    if (run === undefined || !follows) runs.push([piece])
    else run.push(piece)
  }
  return runs.flatMap(([first, ...rest]) => {
    if (first === undefined || rest.length === 0) return first ?? []
    return { ...first, bytes: Buffer.concat([first, ...rest].map(({ bytes }) => bytes)) }
  })
}
