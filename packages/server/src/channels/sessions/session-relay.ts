import type { AgentTaskComplete } from '@fairlead/wire/control-message'
import { encodeInteractiveShell } from '@fairlead/wire/session-message'
import type { Clock } from '../../domain/clock.ts'
import { type Session, stateOfEnds } from '../../domain/session.ts'
import type { SessionRecorder } from '../../domain/session-recorders.ts'
import { closeCodes } from '../control-channel.ts'
import type { DataEnd } from './data-end.ts'
import type { Side } from './data-frame.ts'
import { Farewell } from './farewell.ts'
import { FrameExchange } from './frame-exchange.ts'
import { isMultiplexed } from './is-multiplexed.ts'
import { RelayFrames } from './relay-frames.ts'
import type { SessionRecord } from './session-record.ts'

/** Amazon's agent opens its data channel within 50 ms, and says nothing at all when it cannot read what it was told. */
const startWithinMs = 30_000
/** An agent whose control channel is open has long had the time to open its data channel again. */
const nodeReturnsWithinMs = 60_000
/** After the agent's goodbye, and the end of its data channel: its last word follows on the control channel, if that is open. */
const lastWordWithinMs = 2_000
/** After the client's goodbye, or ours: the agent ends the session by itself. */
const nodeEndsWithinMs = 5_000

/** The control channel of the session's node. */
export interface NodeLine {
  isOpen(): boolean
  send(type: 'interactive_shell' | 'channel_closed', payload: Uint8Array): boolean
}

export interface SessionRelayParts {
  readonly session: Session
  /** Whether the session is older than this process. */
  readonly isRebuilt: boolean
  readonly clock: Clock
  readonly newId: () => string
  readonly node: NodeLine
  readonly record: SessionRecord
  readonly recorder?: SessionRecorder | undefined
  /** The session has ended, is written down, and its client knows. */
  over(): void
}

/** How a session ends. An empty reason is a plain end. */
interface Ending {
  readonly state: 'Terminated' | 'Failed'
  readonly reason: string
  /** The agent has said it itself. */
  readonly isKnownToNode: boolean
}

type Stage = 'starting' | 'running' | 'ending' | 'over'

/** One session as long as it lives: starting -> running -> ending -> over. `tick` is called by one sweep for all. */
export class SessionRelay {
  readonly #parts: SessionRelayParts
  readonly #exchange: FrameExchange
  readonly #frames: RelayFrames
  readonly #farewell: Farewell
  #stage: Stage
  #clientId = ''
  /** A client was there, so its absence means something. */
  #hadClient: boolean
  #isNodeLeaving = false
  #isStored = false
  readonly #beganAt: number
  /** When it has lasted for its longest duration. */
  readonly #lastsUntil: number
  #activeAt: number
  /** Since when the agent could be here and is not. */
  #missingSince: number | undefined
  readonly #timers = new Set<() => void>()

  constructor(parts: SessionRelayParts) {
    this.#parts = parts
    const { session, clock, newId, isRebuilt, recorder } = parts
    const { sessionId, nodeId } = session
    this.#beganAt = clock.ticks()
    this.#activeAt = this.#beganAt
    const { startedAt, maxDurationMs = Number.POSITIVE_INFINITY } = session
    this.#lastsUntil = this.#beganAt + maxDurationMs - (clock.now().getTime() - startedAt.getTime())
    this.#stage = session.state === 'Connecting' ? 'starting' : 'running'
    this.#hadClient = session.state !== 'Connecting'
    this.#frames = new RelayFrames({ sessionId, nodeId, newId, now: () => clock.now() })
    this.#exchange = new FrameExchange({
      isRebuilt,
      recorder,
      isMultiplexed: isMultiplexed(session),
      after: (ms, callback) => clock.after(ms, callback),
      receipt: (lost) => this.#frames.receipt(lost),
      left: (side) => this.#left(side),
      active: () => {
        this.#activeAt = clock.ticks()
      },
      progressed: () => this.#farewell.progressed(),
      nodeTerminates: () => {
        this.#isNodeLeaving = true
      },
      clientTerminates: () => this.#later(nodeEndsWithinMs, () => this.#end(ended(''))),
    })
    this.#farewell = new Farewell({
      clock,
      isSettled: () => this.#exchange.isSettled,
      client: () => this.#exchange.end('client'),
      frame: (reason) => this.#frames.farewell(reason),
      over: () => this.#finish(),
    })
    if (session.state === 'Connected') void parts.record.advance('Disconnected')
  }

  get nodeId(): string {
    return this.#parts.session.nodeId
  }

  /** Bytes that are kept for both sides. */
  get bytes(): number {
    return this.#exchange.bytes
  }

  /** Tells the node to begin; said again whenever its channel opens, since nobody acknowledges it. */
  begin(): void {
    const { node, session } = this.#parts
    if (this.#stage !== 'starting') return
    node.send(
      'interactive_shell',
      encodeInteractiveShell({ sessionId: session.sessionId, content: session.agentContent }),
    )
  }

  /** A side has shown its token. Its older socket, if there is one, is not needed any more. */
  attach(end: DataEnd, clientId: string): void {
    if (this.#stage === 'over') {
      end.close(closeCodes.normal, 'the session has ended')
      return
    }
    const older = this.#exchange.attach(end)
    if (end.side === 'node') {
      older?.close(closeCodes.goingAway, 'a newer channel is open')
      this.#nodeCame()
    } else {
      this.#replaceClient(older, clientId)
      this.#clientCame()
    }
  }

  /** The agent's last word. Settles when it is stored. */
  async complete({ finalTaskStatus, output }: AgentTaskComplete): Promise<void> {
    if (this.#stage === 'ending') return this.#store()
    const state = finalTaskStatus === 'Success' ? 'Terminated' : 'Failed'
    const reason = output === '' && state === 'Failed' ? `the agent reports: ${finalTaskStatus}` : output
    await this.#end({ state, reason, isKnownToNode: true })
  }

  /** Ends the session from outside: TerminateSession, a node that is gone. */
  terminate(reason: string): void {
    void this.#end(ended(reason))
  }

  tick(now: number): void {
    if (this.#stage === 'ending' || this.#stage === 'over') return
    const { session } = this.#parts
    const { maxDurationMs, idleTimeoutMs } = session
    if (this.#stage === 'starting' && now - this.#beganAt >= startWithinMs) {
      const seconds = startWithinMs / 1000
      const reason = `The agent on ${session.nodeId} did not open the session within ${seconds} seconds.`
      void this.#end({ state: 'Failed', reason, isKnownToNode: false })
    } else if (maxDurationMs !== undefined && now >= this.#lastsUntil) {
      void this.#end(ended(`The session has lasted for its longest duration of ${minutes(maxDurationMs)}.`))
    } else if (now - this.#activeAt >= idleTimeoutMs) {
      void this.#end(ended(`The session was idle for ${minutes(idleTimeoutMs)}.`))
    } else if (this.#isNodeMissing(now)) {
      const reason = `The agent on ${session.nodeId} did not come back to the session.`
      void this.#end({ state: 'Failed', reason, isKnownToNode: false })
    }
  }

  /** The server stops, the session goes on: both sides will come back to the next one. */
  close(): void {
    this.#stage = 'over'
    for (const callOff of this.#timers) callOff()
    this.#farewell.callOff()
    this.#exchange.clear()
    for (const side of ['node', 'client'] as const)
      this.#exchange.end(side)?.close(closeCodes.goingAway, 'the server stops')
    this.#parts.record.close()
  }

  #nodeCame(): void {
    this.#missingSince = undefined
    this.#isNodeLeaving = false
    if (this.#stage === 'ending') {
      this.#exchange.say('node', this.#frames.endOnDataChannel())
      return
    }
    if (this.#stage === 'starting') this.#stage = 'running'
    // Nobody watches: what the agent has to say can wait with it.
    if (this.#hadClient && this.#exchange.end('client') === undefined) this.#publish('pause_publication')
    this.#noteEnds()
  }

  #clientCame(): void {
    const returned = this.#hadClient
    this.#hadClient = true
    if (this.#stage === 'ending') {
      this.#farewell.progressed()
      return
    }
    this.#activeAt = this.#parts.clock.ticks()
    if (!returned) return
    this.#publish('start_publication')
    this.#noteEnds()
  }

  /** Another program that takes the session over must be told from the same one that comes back. */
  #replaceClient(older: DataEnd | undefined, clientId: string): void {
    if (older !== undefined) {
      if (clientId !== this.#clientId) older.write(this.#frames.farewell('Another client has taken over this session.'))
      older.close(closeCodes.normal, 'a newer channel is open')
    }
    this.#clientId = clientId
  }

  #left(side: Side): void {
    if (this.#stage === 'over') return
    if (side === 'client') {
      if (this.#stage === 'ending') this.#farewell.clientLeft()
      else {
        this.#publish('pause_publication')
        this.#noteEnds()
      }
    } else if (this.#isNodeLeaving) {
      const waitMs = this.#parts.node.isOpen() ? lastWordWithinMs : 0
      this.#later(waitMs, () => this.#end({ state: 'Terminated', reason: '', isKnownToNode: true }))
    } else this.#noteEnds()
  }

  #noteEnds(): void {
    if (this.#stage !== 'running') return
    const [hasNode, hasClient] = [this.#exchange.end('node') !== undefined, this.#exchange.end('client') !== undefined]
    void this.#parts.record.advance(stateOfEnds({ hasNode, hasClient, hadClient: this.#hadClient }))
  }

  #publish(messageType: 'pause_publication' | 'start_publication'): void {
    this.#exchange.say('node', this.#frames.publication(messageType))
  }

  async #end({ state, reason, isKnownToNode }: Ending): Promise<void> {
    if (this.#stage === 'ending' || this.#stage === 'over') return
    this.#stage = 'ending'
    const waits = !isKnownToNode && this.#tellNode()
    this.#farewell.begin(reason)
    if (state === 'Terminated' && waits) {
      this.#later(nodeEndsWithinMs, () => this.#store())
      await this.#parts.record.advance('Terminating', reason)
    } else await this.#store(state, reason)
  }

  /** On its control channel, which works always, or else on its data channel. */
  #tellNode(): boolean {
    if (this.#parts.node.send('channel_closed', this.#frames.endOnControlChannel())) return true
    return this.#exchange.say('node', this.#frames.endOnDataChannel())
  }

  async #store(state: Ending['state'] = 'Terminated', reason = ''): Promise<void> {
    await this.#parts.record.advance(state, reason)
    this.#isStored = true
    this.#finish()
  }

  #finish(): void {
    if (this.#stage !== 'ending' || !this.#isStored || !this.#farewell.isOver) return
    this.#stage = 'over'
    for (const callOff of this.#timers) callOff()
    this.#exchange.clear()
    for (const side of ['node', 'client'] as const)
      this.#exchange.end(side)?.close(closeCodes.normal, 'the session has ended')
    this.#parts.recorder?.ended()
    this.#parts.over()
  }

  #isNodeMissing(now: number): boolean {
    if (this.#stage !== 'running') return false
    if (this.#exchange.end('node') !== undefined || !this.#parts.node.isOpen()) {
      this.#missingSince = undefined
      return false
    }
    this.#missingSince ??= now
    return now - this.#missingSince >= nodeReturnsWithinMs
  }

  #later(ms: number, act: () => Promise<void>): void {
    const callOff = this.#parts.clock.after(ms, () => {
      this.#timers.delete(callOff)
      void act()
    })
    this.#timers.add(callOff)
  }
}

function ended(reason: string): Ending {
  return { state: 'Terminated', reason, isKnownToNode: false }
}

function minutes(ms: number): string {
  const count = Math.round(ms / 60_000)
  return count === 1 ? '1 minute' : `${count} minutes`
}
