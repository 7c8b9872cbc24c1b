import type { PayloadType } from '@fairlead/wire/session-message'

/** What the client's end of a session does: a terminal, a pipe, a listener. */
export interface ClientWork {
  /** Bytes of the node that were taken and not yet passed on. */
  readonly backlog: number
  /** Takes what the node sent, in its order, each once. */
  take(payloadType: number, payload: Uint8Array): void
  /** Whether the node keeps up with what is written. */
  setFlow(mayWrite: boolean): void
  /** Puts everything back as it was; resolves once what came was passed on. */
  stop(): Promise<void>
}

/** Where work puts what it has for the node. */
export interface WorkOutlet {
  write(payloadType: PayloadType, payload: Uint8Array): void
  /** Some of the backlog was passed on. */
  outputTaken(): void
  /** Calls back once the node has everything. */
  onDrained(act: () => void): void
  /** The user's Ctrl-C. True when it meant that we shall try no more to connect; else it is for the node. */
  giveUp(): boolean
  /** The session is to end: nobody is there for it any more. With a reason it has failed. */
  end(reason?: string): void
}

// Amazon's client sends 1 KiB at a time; its agent takes 32 KiB as well, and is faster with it.
const longestPayload = 32 * 1024

/** Writes bytes in pieces that fit into a frame. */
export function writeInPieces(bytes: Uint8Array, write: (piece: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; at += longestPayload) write(bytes.subarray(at, at + longestPayload))
}
