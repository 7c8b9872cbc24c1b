import type { PayloadType } from '@fairlead/wire/session-message'

/** What a session is about: a shell, a command, a port. */
export interface SessionWork {
  /** Bytes of the client that were taken and not yet passed on. */
  readonly backlog: number
  /** Takes what the client sent, in its order, each once. */
  takeInput(payloadType: PayloadType, payload: Uint8Array): void
  /** Whether the client keeps up with what is written. */
  setFlow(mayWrite: boolean): void
  /** Ends it at once, and its processes with it; resolves when they are gone. `Outlet.end` need not be called any more. */
  stop(): Promise<void>
}

/** Where work puts what it has for the client. */
export interface Outlet {
  write(payloadType: PayloadType, payload: Uint8Array): void
  /** Some of the backlog was passed on. */
  inputTaken(): void
  /** It is over: everything was written. */
  end(ending: Ending): void
}

/** How a session ended. */
export interface Ending {
  readonly status: 'Success' | 'Failed'
  /** For whoever started the session; empty when there is nothing to say. */
  readonly output: string
}

export const success: Ending = { status: 'Success', output: '' }

export function failure(output: string): Ending {
  return { status: 'Failed', output }
}
