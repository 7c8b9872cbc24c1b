import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { eventually } from '@fairlead/testkit/eventually'
import { runSession } from '../session/run-session.ts'
import { sessionApi } from '../session/session-api.ts'
import type { StartedSession } from '../session/session-world.ts'
import type { GivenNode } from './given-node.ts'

export interface StartInput {
  readonly DocumentName?: string
  readonly Parameters?: Readonly<Record<string, string[]>>
}

/** Streams in place of those of a process. */
export class HeldWorld {
  readonly stdin = new PassThrough()
  readonly stdout: PassThrough & { isTTY?: boolean; columns?: number; rows?: number } = new PassThrough()
  readonly stderr = new PassThrough()
  readonly certificateAuthority = undefined
  readonly newId = randomUUID
  readonly #signals = new Map<string, Set<() => void>>()
  readonly #chunks: Buffer[] = []
  #complained = ''

  constructor() {
    this.stdout.on('data', (bytes: Buffer) => this.#chunks.push(bytes))
    this.stderr.on('data', (bytes: Buffer) => {
      this.#complained += bytes.toString()
    })
  }

  /** The standard output as bytes. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get said(): string {
    return this.bytes.toString()
  }

  get complained(): string {
    return this.#complained
  }

  /** Waits until the standard output has it. */
  async untilSaid(what: RegExp): Promise<RegExpExecArray> {
    return await eventually(() => what.exec(this.said) ?? undefined, `${what} on the standard output`)
  }

  signal(name: NodeJS.Signals): void {
    for (const act of [...(this.#signals.get(name) ?? [])]) act()
  }

  now(): Date {
    return new Date()
  }

  elapsed(): number {
    return performance.now()
  }

  onSignal(name: NodeJS.Signals, act: () => void): () => void {
    const acts = this.#signals.get(name) ?? new Set()
    this.#signals.set(name, acts.add(act))
    return () => acts.delete(act)
  }
}

/** Starts a session through the API and runs the client's end of it. */
export async function holdSession({ api, nodeId }: GivenNode, input: StartInput = {}, world = new HeldWorld()) {
  const answer = await api.ssm('StartSession', { Target: nodeId, ...input })
  const { SessionId = '', TokenValue = '', StreamUrl = '' } = answer
  const session: StartedSession = { sessionId: SessionId, token: TokenValue, streamUrl: StreamUrl }
  const ended = runSession(
    session,
    Object.assign(
      world,
      sessionApi(async () => api),
    ),
  )
  return { sessionId: SessionId, world, ended }
}
