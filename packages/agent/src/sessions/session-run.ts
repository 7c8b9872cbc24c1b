import { readFileSync } from 'node:fs'
import { EnvelopeError } from '@fairlead/wire/kms-envelope'
import type { SessionCipher } from '@fairlead/wire/session-cipher'
import { decodeSessionContent, type HandshakeResponse, type PayloadType } from '@fairlead/wire/session-message'
import { ControlPlane } from '../api/control-plane.ts'
import { keepConnected } from '../channel/keep-connected.ts'
import type { KeySource } from '../identity/key-source.ts'
import { keysOfFile } from '../identity/shared-credentials.ts'
import { reasonOf } from '../log.ts'
import { unwrapDataKey } from './encryption/unwrap-data-key.ts'
import type { SessionLog } from './log/session-log.ts'
import { SessionLogFolder } from './log/session-log-folder.ts'
import type { SessionFolder } from './session-folder.ts'
import { isLogged, type PlannedSession, planSession, type SessionOrder, wantsLog } from './session-order.ts'
import { checkWork, startWork, withHandshake } from './start-work.ts'
import { isRefusal, isSessionOver, openDataChannel } from './stream/data-channel.ts'
import { Handshake } from './stream/handshake.ts'
import { SessionStream, type StreamWorld } from './stream/session-stream.ts'
import { type Ending, failure, type SessionWork, success } from './stream/session-work.ts'

/** What the process of a session needs from the outside world. */
export interface SessionWorld extends StreamWorld {
  /** 0 to 1. */
  random(): number
  randomBytes(length: number): Uint8Array
  /** The variables that programs of the session inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

// Amazon's agent waits two seconds for the last receipts. A slow line gets more, as long as receipts come at all.
const drainMs = 2_000
const longestDrainMs = 60_000
// A server that does not know a session may have just been started, or have forgotten it.
const mostRefusals = 20
// Sessions last a day at most; a server that was away for longer has ended this one.
const longestAloneMs = 24 * 60 * 60_000

/**
 * Carries one session from its first connection to its end, through whatever happens to the connection. Never rejects.
 * `stopping` ends it as if whoever started it had.
 */
export async function runSession(
  order: SessionOrder,
  folder: SessionFolder,
  world: SessionWorld,
  stopping: AbortSignal,
): Promise<Ending> {
  let plan: PlannedSession
  try {
    plan = planSession(decodeSessionContent(order.content), order.keepsLogs)
  } catch (error) {
    return failure(`The node could not make sense of the session: ${reasonOf(error)}`)
  }
  return await new SessionRun(order, folder, plan, world).run(stopping)
}

class SessionRun {
  readonly #order: SessionOrder
  readonly #folder: SessionFolder
  readonly #plan: PlannedSession
  readonly #world: SessionWorld
  readonly #stream: SessionStream
  readonly #keys: KeySource
  #work: SessionWork | undefined
  #handshake: Handshake | undefined
  /** Of an encrypted session, from the end of its handshake on. */
  #cipher: SessionCipher | undefined
  /** Of the same. */
  #log: SessionLog | undefined
  #hasBegun = false
  #settle: (ending: Ending) => void = () => undefined
  #refusals = 0
  /** When there last was a connection. */
  #connectedAt: number
  #isEnding = false

  constructor(order: SessionOrder, folder: SessionFolder, plan: PlannedSession, world: SessionWorld) {
    this.#order = order
    this.#folder = folder
    this.#plan = plan
    this.#world = world
    this.#connectedAt = world.ticks()
    this.#keys = keysOfFile(folder.stateDirectory)
    this.#stream = new SessionStream(world, {
      isReady: () => this.#work !== undefined || this.#handshake !== undefined,
      backlog: () => this.#work?.backlog ?? 0,
      onInput: (payloadType, payload) => this.#takeInput(payloadType, payload),
      onFlow: (mayWrite) => this.#work?.setFlow(mayWrite),
      onChannelClosed: () => this.#close(),
    })
  }

  async run(stopping: AbortSignal): Promise<Ending> {
    const ended = new Promise<Ending>((resolve) => {
      this.#settle = resolve
    })
    stopping.addEventListener('abort', () => this.#close(), { once: true })
    if (stopping.aborted) return success
    const disconnect = this.#connect()
    const ending = await ended
    this.#stream.stop()
    await Promise.all([disconnect(), this.#log?.close()])
    return ending
  }

  #connect(): () => Promise<void> {
    const { sessionId, nodeId, pingEveryMs, reconnectCapMs } = this.#order
    return keepConnected({
      ...this.#world,
      name: 'data channel',
      nodeId,
      pingEveryMs,
      reconnectCapMs,
      controlPlane: controlPlaneOf(this.#order, this.#world),
      keys: this.#keys,
      open: (world, onClosed) => openDataChannel(sessionId, world, onClosed),
      onFrame: (bytes) => this.#stream.receive(bytes),
      onOpen: (channel) => {
        this.#refusals = 0
        this.#connectedAt = this.#world.ticks()
        this.#stream.attach(channel)
        if (!this.#hasBegun) this.#begin()
      },
      onLost: () => {
        this.#connectedAt = this.#world.ticks()
        this.#stream.detach()
      },
      isFinal: (error) => this.#isRefused(error),
    })
  }

  /** The first connection is there. */
  #begin(): void {
    this.#hasBegun = true
    this.#stream.tellState(this.#order.sessionId, 'Connected')
    const { sessionType, inputs } = this.#plan
    try {
      checkWork(this.#plan)
    } catch (error) {
      this.#settle(failure(reasonOf(error)))
      return
    }
    if (withHandshake.includes(sessionType) || inputs.kmsKeyId !== '') this.#shakeHands()
    else this.#start(undefined)
  }

  #shakeHands(): void {
    const { sessionType, properties, inputs } = this.#plan
    const { sessionId, nodeId } = this.#order
    const { clock, randomBytes } = this.#world
    const keyId = inputs.kmsKeyId
    this.#handshake = new Handshake({
      sessionType,
      properties: sessionType === 'Port' ? properties : null,
      keyId,
      after: clock.after,
      unwrap: (key) =>
        unwrapDataKey(key, { sessionId, nodeId, keyId }, controlPlaneOf(this.#order, this.#world), this.#keys),
      write: (payloadType, payload) => this.#stream.write(payloadType, payload),
      random: randomBytes,
      ticks: () => this.#world.ticks(),
      onDone: (response, cipher) => {
        this.#handshake = undefined
        this.#cipher = cipher
        this.#start(response)
      },
      onFailed: (reason) => this.#stop(failure(reason)),
    })
  }

  #start(response: HandshakeResponse | undefined): void {
    if (this.#plan.inputs.kmsKeyId !== '' && this.#cipher === undefined) throw new Error('the session has no cipher')
    try {
      this.#beginLog()
      this.#work = startWork(this.#plan, response, this.#world, {
        write: (payloadType, payload) => this.#write(payloadType, payload),
        inputTaken: () => this.#stream.inputTaken(),
        end: (ending) => this.#drain(ending),
      })
    } catch (error) {
      this.#stop(failure(reasonOf(error)))
    }
  }

  /** Throws when there should be a log and cannot be. */
  #beginLog(): void {
    const { sessionId, nodeId, keepsLogs = false } = this.#order
    if (!isLogged(this.#plan, keepsLogs)) return
    try {
      this.#log = new SessionLogFolder(this.#folder.stateDirectory).begin(sessionId, nodeId, this.#world)
    } catch (cause) {
      const words = 'The log of the session cannot be written on the node'
      if (wantsLog(this.#plan)) throw new Error(words, { cause })
      this.#world.log.error(`${words}; the session goes without`, { reason: reasonOf(cause) })
    }
  }

  #write(payloadType: PayloadType, payload: Uint8Array): void {
    this.#log?.sent(payloadType, payload)
    this.#stream.write(payloadType, this.#cipher?.seal(payloadType, payload) ?? payload)
  }

  #takeInput(payloadType: PayloadType, payload: Uint8Array): void {
    if (this.#isEnding) return
    if (this.#work === undefined) {
      this.#handshake?.take(payloadType, payload)
      return
    }
    try {
      const opened = this.#cipher?.open(payloadType, payload) ?? payload
      this.#work.takeInput(payloadType, opened)
      this.#log?.received(payloadType, opened)
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error
      // To go on without it would be to run a part of what was typed.
      this.#stop(failure('The node could not decrypt what came from the client.'))
    }
  }

  #isRefused(error: unknown): boolean {
    // A folder that was removed is as good as a server that knows of no session.
    const isOver = isSessionOver(error) || !this.#folder.exists()
    if (isRefusal(error)) this.#refusals++
    const isForsaken = this.#world.ticks() - this.#connectedAt > longestAloneMs
    if (!isOver && !isForsaken && this.#refusals < mostRefusals) return false
    const reason = `The node could not reach the server for the session: ${reasonOf(error)}`
    this.#stop(isOver ? success : failure(reason))
    return true
  }

  /** Waits until the client has what was written. */
  #drain(ending: Ending): void {
    if (this.#isEnding) return
    this.#isEnding = true
    const finish = () => {
      this.#stream.tellState(this.#order.sessionId, 'Terminating')
      this.#settle(ending)
    }
    this.#stream.onDrained(finish)
    const giveUpAt = this.#world.ticks() + longestDrainMs
    const watch = (before: number) => {
      this.#world.clock.after(drainMs, () => {
        const waiting = this.#stream.waitingBytes
        if (waiting === 0) return
        if (waiting < before && this.#world.ticks() < giveUpAt) watch(waiting)
        else finish()
      })
    }
    watch(this.#stream.waitingBytes)
  }

  #close(): void {
    this.#stop(success)
  }

  #stop(ending: Ending): void {
    this.#isEnding = true
    this.#handshake?.stop()
    const stopped = this.#work?.stop() ?? Promise.resolve()
    stopped.finally(() => this.#settle(ending)).catch(() => undefined)
  }
}

function controlPlaneOf({ endpoint, region, caFile }: SessionOrder, { clock }: SessionWorld): ControlPlane {
  const certificateAuthority = caFile === undefined ? undefined : readFileSync(caFile, 'utf8')
  return new ControlPlane(
    { url: new URL(endpoint), region, ...(certificateAuthority === undefined ? {} : { certificateAuthority }) },
    clock,
  )
}
