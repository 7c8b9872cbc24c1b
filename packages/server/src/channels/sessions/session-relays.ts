import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AgentTaskComplete } from '@fairlead/wire/control-message'
import { WebSocketServer } from 'ws'
import type { Bus } from '../../bus/bus.ts'
import type { DataChannelAdmission } from '../../domain/channel-admission.ts'
import type { Clock } from '../../domain/clock.ts'
import { isEnded, type Session } from '../../domain/session.ts'
import type { SessionRecorders } from '../../domain/session-recorders.ts'
import type { Counters, Logger } from '../../domain/telemetry.ts'
import type { SessionStore } from '../../store/session-store.ts'
import type { ReviewedChannel } from '../channel-review.ts'
import { closeCodes } from '../control-channel.ts'
import type { ListenedTime } from '../listened-time.ts'
import type { ControlLines } from './control-lines.ts'
import { DataEnd, type DataEndOwner } from './data-end.ts'
import type { Side } from './data-frame.ts'
import type { DataTokens } from './data-tokens.ts'
import { RelayFrames } from './relay-frames.ts'
import { SessionRecord } from './session-record.ts'
import { type NodeLine, SessionRelay } from './session-relay.ts'
import { UntoldNodes } from './untold-nodes.ts'

/** A client sends a kilobyte at a time, ours a little more; an agent may send as much as Amazon's client takes. */
const mostPayload: Readonly<Record<Side, number>> = { node: 2 * 1024 * 1024, client: 128 * 1024 }
/** Sockets that have not shown their token: anybody can open one, so there are not many. */
const mostWaiting = 1_000
/** Of each socket only so many faults are logged; all are counted. */
const mostLogged = 5
/** A hint may have been lost. */
const sweepEveryTicks = 12
const pageSize = 500

export interface SessionRelaysParts {
  readonly sessions: SessionStore
  readonly lines: ControlLines
  readonly tokens: DataTokens
  readonly bus: Bus
  readonly clock: Clock
  /** By which peers are judged that say nothing. */
  readonly listened: Pick<ListenedTime, 'now'>
  readonly newId: () => string
  readonly log: Logger
  readonly counters: Counters
  readonly recorders: SessionRecorders
}

/** The relays of all sessions that go on, found again in the store after a restart. */
export class SessionRelays {
  readonly #parts: SessionRelaysParts
  readonly #relays = new Map<string, SessionRelay>()
  /** Sessions that are being looked up. */
  readonly #coming = new Map<string, Promise<SessionRelay | undefined>>()
  readonly #ends = new Set<DataEnd>()
  readonly #waiting = new Set<DataEnd>()
  readonly #untold: UntoldNodes
  readonly #owner: DataEndOwner
  readonly #upgraders: Readonly<Record<Side, WebSocketServer>> = { node: upgrader('node'), client: upgrader('client') }
  readonly #subscriptions: readonly (() => void)[]
  readonly #startedAt: Date
  #ticks = 0
  #isClosed = false

  constructor(parts: SessionRelaysParts) {
    this.#parts = parts
    const { bus, clock, listened, tokens, counters, lines } = parts
    this.#startedAt = clock.now()
    this.#untold = new UntoldNodes(lines)
    counters.gauge('fairlead_sessions', 'Sessions that go on', () => this.#relays.size)
    counters.gauge('fairlead_data_channels', 'Open data channels, of both sides', () => this.#ends.size)
    counters.gauge('fairlead_session_kept_bytes', 'Frames on their way between the sides of sessions', () => {
      let bytes = 0
      for (const relay of this.#relays.values()) bytes += relay.bytes
      return bytes
    })
    this.#owner = {
      ticks: () => listened.now(),
      after: (ms, callback) => clock.after(ms, callback),
      redeem: ({ sessionId, side }, token) => tokens.redeem({ sessionId, side }, token),
      opened: (end, { clientId }) => void this.#opened(end, clientId),
      faulted: (end, reason, times) => this.#faulted(end, reason, times),
      closed: (end) => {
        this.#ends.delete(end)
        this.#waiting.delete(end)
      },
    }
    this.#subscriptions = [
      bus.subscribe('session-started', ({ sessionId }) => this.#act(sessionId, () => {})),
      bus.subscribe('session-ending', ({ sessionId, reason }) =>
        this.#act(sessionId, (relay) => relay.terminate(reason)),
      ),
      bus.subscribe('channel-open', ({ nodeId }) => this.#nodeReturned(nodeId)),
      bus.subscribe('deregistered', ({ nodeId }) => this.#nodeIsGone(nodeId)),
    ]
  }

  /** Takes over the socket of a side that the gateway has let in; its first frame must show the token. */
  accept(admission: DataChannelAdmission, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#isClosed) {
      socket.destroy()
      return
    }
    if (this.#waiting.size >= mostWaiting) this.#dropOldest()
    this.#upgraders[admission.side].handleUpgrade(request, socket, head, (webSocket) => {
      this.#waiting.add(new DataEnd(admission, webSocket, socket, this.#owner))
    })
  }

  /**
   * Whoever means it shows its token at once, so it is the oldest that goes: strangers who show none would else keep
   * everybody out. Nodes have shown who they are, and go last.
   */
  #dropOldest(): void {
    let oldest: DataEnd | undefined
    for (const end of this.#waiting) {
      oldest ??= end
      if (end.side === 'node') continue
      oldest = end
      break
    }
    oldest?.close(closeCodes.policy, 'too many show no token')
  }

  /** The agent's last word on a session. Settles when it is stored: only then may it be acknowledged. */
  async completed(nodeId: string, task: AgentTaskComplete): Promise<void> {
    const relay = await this.#relayOf(task.sessionId)
    if (relay?.nodeId === nodeId) await relay.complete(task)
  }

  /** The open data channels of nodes, with who was let in. */
  nodeEnds(): readonly ReviewedChannel[] {
    const found: ReviewedChannel[] = []
    for (const end of this.#ends) {
      const { admission } = end
      if (admission.side === 'node') found.push({ admission, close: (code, reason) => end.close(code, reason) })
    }
    return found
  }

  tick(): void {
    const { clock, listened } = this.#parts
    for (const end of [...this.#waiting, ...this.#ends]) end.tick(listened.now())
    for (const relay of this.#relays.values()) relay.tick(clock.ticks())
    if (this.#ticks++ % sweepEveryTicks === 0) void this.#sweep()
  }

  /** Sessions go on in the next server. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#subscriptions) end()
    for (const relay of this.#relays.values()) relay.close()
    for (const end of [...this.#waiting, ...this.#ends]) end.close(closeCodes.goingAway, 'the server stops')
  }

  async #opened(end: DataEnd, clientId: string): Promise<void> {
    this.#waiting.delete(end)
    this.#ends.add(end)
    const { sessionId } = end.admission
    let relay: SessionRelay | undefined
    try {
      relay = this.#relays.get(sessionId) ?? (await this.#relayOf(sessionId))
      if (relay === undefined) return await this.#turnAway(end)
    } catch (error) {
      this.#parts.log.error({ err: error, sessionId }, 'a session could not be looked up')
      return end.close(closeCodes.fault, 'the server has a problem; try again')
    }
    if (end.isClosed) return
    if (end.admission.side === 'node' && end.admission.nodeId !== relay.nodeId)
      return end.close(closeCodes.policy, 'the session is on another node')
    relay.attach(end, clientId)
  }

  /** A token is good for a minute, and the session may have ended meanwhile: then the side is told. */
  async #turnAway(end: DataEnd): Promise<void> {
    const { sessions, clock, newId } = this.#parts
    const { sessionId, side } = end.admission
    const session = await sessions.findSession(sessionId)
    if (session !== undefined) {
      const frames = new RelayFrames({ sessionId, nodeId: session.nodeId, newId, now: () => clock.now() })
      end.write(side === 'node' ? frames.endOnDataChannel() : frames.farewell(session.details ?? ''))
    }
    end.close(closeCodes.normal, 'the session has ended')
  }

  /** The relay of a session that goes on. */
  #relayOf(sessionId: string): Promise<SessionRelay | undefined> {
    const relay = this.#relays.get(sessionId)
    if (relay !== undefined) return Promise.resolve(relay)
    const coming = this.#coming.get(sessionId) ?? this.#find(sessionId)
    this.#coming.set(sessionId, coming)
    return coming
  }

  async #find(sessionId: string): Promise<SessionRelay | undefined> {
    try {
      const session = await this.#parts.sessions.findSession(sessionId)
      return session && this.#make(session)
    } finally {
      this.#coming.delete(sessionId)
    }
  }

  #make(session: Session): SessionRelay | undefined {
    const { sessionId, nodeId, state, details } = session
    const known = this.#relays.get(sessionId)
    if (known !== undefined || isEnded(session) || this.#isClosed) return known
    const { clock, newId, sessions, log, lines, recorders } = this.#parts
    const recorder = recorders.recorderOf(session)
    const record = new SessionRecord({ sessionId, sessions, clock, log })
    const node: NodeLine = {
      isOpen: () => lines.isOpen(nodeId),
      send: (type, payload) => {
        const isSent = lines.send(nodeId, type, payload)
        if (!isSent && type === 'channel_closed') this.#untold.add(nodeId, sessionId, payload)
        return isSent
      },
    }
    const isRebuilt = session.startedAt.getTime() < this.#startedAt.getTime()
    const over = () => this.#relays.delete(sessionId)
    const relay = new SessionRelay({ session, isRebuilt, clock, newId, node, record, recorder, over })
    this.#relays.set(sessionId, relay)
    if (state === 'Terminating') relay.terminate(details ?? '')
    else relay.begin()
    return relay
  }

  /** What cannot be done now, the sweep does. */
  #act(sessionId: string, act: (relay: SessionRelay) => void): void {
    this.#relayOf(sessionId).then(
      (relay) => relay && act(relay),
      (error: unknown) => this.#parts.log.error({ err: error, sessionId }, 'a session could not be looked up'),
    )
  }

  #nodeReturned(nodeId: string): void {
    this.#untold.tell(nodeId)
    for (const relay of this.#relays.values()) if (relay.nodeId === nodeId) relay.begin()
  }

  #nodeIsGone(nodeId: string): void {
    this.#untold.forget(nodeId)
    for (const relay of this.#relays.values()) {
      if (relay.nodeId === nodeId) relay.terminate(`The node ${nodeId} is not registered any more.`)
    }
    for (const end of this.#ends) {
      const { admission } = end
      if (admission.side === 'node' && admission.nodeId === nodeId)
        end.close(closeCodes.policy, 'the node is not registered any more')
    }
  }

  async #sweep(): Promise<void> {
    const { sessions, log } = this.#parts
    try {
      let after: string | undefined
      do {
        const page = await sessions.activeSessions({ limit: pageSize, after })
        for (const session of page.items) this.#make(session)
        after = page.next
      } while (after !== undefined && !this.#isClosed)
    } catch (error) {
      if (!this.#isClosed) log.error({ err: error }, 'the sessions could not be looked through; it is tried again')
    }
  }

  #faulted({ admission }: DataEnd, reason: string, times: number): void {
    const { counters, log } = this.#parts
    const { sessionId, side } = admission
    counters.add('fairlead_channel_faults_total', 'Frames and handshakes that were not what they should be')
    if (times <= mostLogged) log.warn({ sessionId, side, reason }, 'a data channel sent what it should not')
  }
}

function upgrader(side: Side): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: mostPayload[side] + 120,
  })
}
