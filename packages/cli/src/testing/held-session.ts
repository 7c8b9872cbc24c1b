import { randomBytes, randomUUID } from 'node:crypto'
import type { Agent } from 'node:https'
import { connect, createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { eventually } from '@fairlead/testkit/eventually'
import { type DataKey, dataKeys } from '../session/encryption/data-key.ts'
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
  readonly certificateAuthority: string | undefined = undefined
  readonly proxyFor: (url: string) => Agent | undefined = () => undefined
  pingEveryMs = 20_000
  readonly newId = randomUUID
  readonly randomBytes = (length: number) => randomBytes(length)
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

  async newDataKey(): Promise<DataKey> {
    throw new Error('there is no KMS here')
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

/** A server for clients to reach the real one through. */
export interface Passage {
  readonly port: number
  /** Cuts all connections; until it is called, what it answers with keeps clients from coming back. */
  cut(): () => void
  /** Resolves when clients may come back. */
  readonly whenOpen: Promise<void>
}

/** A passage whose network can fail without a word. */
export interface FrozenPassage extends Passage {
  /**
   * From now on nothing moves on the websockets that there are, and nobody is told; new ones work. Other connections are cut:
   * by the time that silence is noticed those would be closed for being idle.
   */
  freeze(): void
}

/** Starts a session through the API and runs the client's end of it. */
export async function holdSession(
  { api, nodeId }: GivenNode,
  input: StartInput = {},
  world = new HeldWorld(),
  passage?: Passage,
) {
  const answer = await api.ssm('StartSession', { Target: nodeId, ...input })
  const { SessionId = '', TokenValue = '' } = answer
  const ownUrl = answer.StreamUrl ?? ''
  const StreamUrl = passage === undefined ? ownUrl : ownUrl.replace(/:\d+\//, `:${passage.port}/`)
  const session: StartedSession = { sessionId: SessionId, token: TokenValue, streamUrl: StreamUrl }
  const calls = sessionApi(async () => {
    await passage?.whenOpen
    return api
  })
  const ended = runSession(session, Object.assign(world, calls, { newDataKey: dataKeys(async () => api, nodeId) }))
  return { sessionId: SessionId, world, ended }
}

/** On a free port of the loopback, to the port of `url`. */
export async function openPassage(t: { after(end: () => void): void }, url: string): Promise<FrozenPassage> {
  const sockets = new Set<Socket>()
  const channels = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    near.once('data', (bytes: Buffer) => {
      if (/^upgrade: websocket/im.test(bytes.toString('latin1'))) channels.add(near).add(far)
    })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined).on('close', () => to.destroy())
      from.pipe(to)
    }
  })
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  t.after(() => {
    cutAll()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  let open = Promise.resolve()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get whenOpen() {
      return open
    },
    freeze() {
      for (const socket of sockets) {
        if (channels.has(socket)) socket.unpipe().pause()
        else socket.destroy()
      }
    },
    cut() {
      const { promise, resolve } = Promise.withResolvers<void>()
      open = promise
      cutAll()
      return resolve
    },
  }
}
