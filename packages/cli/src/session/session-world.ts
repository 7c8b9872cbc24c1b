import type { Agent } from 'node:https'
import type { Readable, Writable } from 'node:stream'
import type { DataKey, WantedKey } from './encryption/data-key.ts'

/** What StartSession answers. */
export interface StartedSession {
  readonly sessionId: string
  /** Good for one opening of the data channel. */
  readonly token: string
  readonly streamUrl: string
}

export interface SessionInput extends Readable {
  readonly isTTY?: boolean
  setRawMode?(isRaw: boolean): unknown
}

export interface SessionOutput extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** What a session needs of the machine and of the API; tests bring their own. */
export interface SessionWorld {
  readonly stdin: SessionInput
  readonly stdout: SessionOutput
  readonly stderr: Writable
  /** Certificates to believe on the data channel, PEM, in place of the well-known ones. */
  readonly certificateAuthority: string | undefined
  /** Between two questions to the server whether it is still there. */
  readonly pingEveryMs: number
  /** Connections to a URL through the proxy of the environment; undefined for those that need none. */
  proxyFor(url: string): Agent | undefined
  /** ResumeSession: a new token; undefined when the session is over. Throws ApiError and CliError. */
  resume(sessionId: string): Promise<StartedSession | undefined>
  /** TerminateSession. */
  terminate(sessionId: string): Promise<void>
  /** GenerateDataKey of KMS, for a session that is to be encrypted. Throws ApiError and CliError. */
  newDataKey(sessionId: string, wanted: WantedKey): Promise<DataKey>
  newId(): string
  randomBytes(length: number): Uint8Array
  now(): Date
  /** Milliseconds that only go up. */
  elapsed(): number
  /** Answers how to stop listening. */
  onSignal(signal: NodeJS.Signals, act: () => void): () => void
}
