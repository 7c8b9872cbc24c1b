import { readFileSync } from 'node:fs'
import { decodeSessionContent, type HandshakeResponse, type PayloadType } from '@fairlead/wire/session-message'
import { ControlPlane } from '../api/control-plane.ts'
import { keepConnected } from '../channel/keep-connected.ts'
import { keysOfFile } from '../identity/shared-credentials.ts'
import { reasonOf } from '../log.ts'
import type { SessionFolder } from './session-folder.ts'
import { type PlannedSession, planSession, type SessionOrder } from './session-order.ts'
import { checkWork, startWork, withHandshake } from './start-work.ts'
import { isRefusal, isSessionOver, openDataChannel } from './stream/data-channel.ts'
import { Handshake } from './stream/handshake.ts'
import { SessionStream, type StreamWorld } from './stream/session-stream.ts'
import { type Ending, failure, type SessionWork, success } from './stream/session-work.ts'

/** What the process of a session needs from the outside world. */
export interface SessionWorld extends StreamWorld {
  /** 0 to 1. */
  random(): number
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
// As Amazon's agent, which waits so long in vain for a client that never comes.
const handshakeMs = 15_000

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
    plan = planSession(decodeSessionContent(order.content))
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
  #work: SessionWork | undefined
  #handshake: Handshake | undefined
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
    await disconnect()
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
      keys: keysOfFile(this.#folder.stateDirectory),
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
    const { sessionType } = this.#plan
    try {
      checkWork(this.#plan)
    } catch (error) {
      this.#settle(failure(reasonOf(error)))
      return
    }
    if (withHandshake.includes(sessionType)) this.#shakeHands()
    else this.#start(undefined)
  }

  #shakeHands(): void {
    const { sessionType, properties } = this.#plan
    const fail = (reason: string) => this.#stop(failure(reason))
    const cancelWait = this.#world.clock.after(handshakeMs, () => fail('The client did not answer the handshake.'))
    this.#handshake = new Handshake({
      sessionType,
      properties: sessionType === 'Port' ? properties : null,
      write: (payloadType, payload) => this.#stream.write(payloadType, payload),
      ticks: () => this.#world.ticks(),
      onDone: (response) => {
        cancelWait()
        this.#handshake = undefined
        this.#start(response)
      },
      onFailed: (reason) => {
        cancelWait()
        fail(reason)
      },
    })
  }

  #start(response: HandshakeResponse | undefined): void {
    try {
      this.#work = startWork(this.#plan, response, this.#world, {
        write: (payloadType: PayloadType, payload) => this.#stream.write(payloadType, payload),
        inputTaken: () => this.#stream.inputTaken(),
        end: (ending) => this.#drain(ending),
      })
    } catch (error) {
      this.#stop(failure(reasonOf(error)))
    }
  }

  #takeInput(payloadType: PayloadType, payload: Uint8Array): void {
    if (this.#work !== undefined) this.#work.takeInput(payloadType, payload)
    else this.#handshake?.take(payloadType, payload)
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
