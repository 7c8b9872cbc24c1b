import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Bus } from '../bus/bus.ts'
import { type StreamPlaces, streamBase } from '../domain/aws-hostnames.ts'
import type { ChannelAdmission, DataChannelAdmission } from '../domain/channel-admission.ts'
import type { Clock } from '../domain/clock.ts'
import type { CommandWatches } from '../domain/command-watches.ts'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { NodeLinks } from '../domain/node-links.ts'
import type { ChannelTokens, NodeMail } from '../domain/node-mail.ts'
import type { Scope } from '../domain/scope.ts'
import type { SessionLinksFor } from '../domain/session-links.ts'
import type { SessionRecorders } from '../domain/session-recorders.ts'
import type { Counters, Logger } from '../domain/telemetry.ts'
import type { Store } from '../store/store.ts'
import { ChannelReview } from './channel-review.ts'
import { ControlChannelTokens } from './channel-tokens.ts'
import { ControlChannels } from './control-channels.ts'
import { ListenedTime } from './listened-time.ts'
import { LiveCommands } from './live/live-commands.ts'
import { NodeMailbox } from './node-mailbox.ts'
import { PresenceSweep } from './presence-sweep.ts'
import { DataTokens } from './sessions/data-tokens.ts'
import { SessionRelays } from './sessions/session-relays.ts'
import { streamUrl } from './sessions/stream-url.ts'

const tickMs = 5_000
/** Our agent tries again within 20 s, and a large fleet takes its time. */
const agentsReturnWithinMs = 30_000

export interface ChannelsParts {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly scope: Scope
  readonly log: Logger
  readonly metrics: Counters
  readonly randomBytes: (length: number) => Uint8Array
  readonly newId: () => string
  readonly recorders: SessionRecorders
  readonly streamPlaces: StreamPlaces
}

/** Everything that speaks with nodes. */
export interface Channels {
  readonly links: NodeLinks
  readonly nodeMail: NodeMail
  readonly tokens: ChannelTokens
  readonly sessionLinks: SessionLinksFor
  readonly commandWatches: CommandWatches
  /** Takes over the socket of a node that the gateway has let in. */
  accept(admission: ChannelAdmission, request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** The same for one side of a session's data channel. */
  acceptData(admission: DataChannelAdmission, request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** From now on reports of nodes are heard. */
  listenTo(reports: InvocationReports): void
  start(): void
  /** Closes every channel politely and ends held polls. */
  close(): void
}

export function openChannels(parts: ChannelsParts): Channels {
  const { store, bus, clock, scope, log, metrics, randomBytes, newId, recorders, streamPlaces } = parts
  const now = () => clock.now()
  const ticks = () => clock.ticks()
  const tokenParts = {
    ticks,
    random: () => Buffer.from(randomBytes(32)).toString('base64url'),
    hash: (text: string) => hash('sha256', text),
  }
  const listened = new ListenedTime(ticks, tickMs)
  const tokens = new ControlChannelTokens(tokenParts)
  const dataTokens = new DataTokens(tokenParts)
  const channels = new ControlChannels({
    tokens,
    region: scope.region,
    now,
    ticks: () => listened.now(),
    newId,
    announce: (hint) => bus.publish(hint),
    log,
    counters: metrics,
  })
  const sessions = new SessionRelays({
    sessions: store.sessions,
    lines: channels,
    tokens: dataTokens,
    bus,
    clock,
    listened,
    newId,
    log,
    counters: metrics,
    recorders,
  })
  channels.listenToSessions(sessions)
  const live = new LiveCommands({ commands: store.commands, bus, clock, lines: channels, counters: metrics })
  channels.listenToOutput(live)
  let heard: InvocationReports | undefined
  const mailbox = new NodeMailbox({ clock, links: channels, reports: () => heard })
  const review = new ChannelReview({
    generation: () => store.identities.generation(),
    channels: () => [...channels.all(), ...sessions.nodeEnds()],
    log,
  })
  const presence = new PresenceSweep({ store, bus, clock, links: channels, log })
  const ends = [
    bus.subscribe('work', ({ nodeId }) => mailbox.wake(nodeId)),
    bus.subscribe('cancel', ({ nodeId }) => mailbox.wake(nodeId)),
    bus.subscribe('deregistered', ({ nodeId }) => {
      tokens.revoke(nodeId)
      channels.closeNode(nodeId)
      mailbox.forget(nodeId)
    }),
  ]
  const begunAt = clock.ticks()
  let callOff = () => {}
  const tick = () => {
    listened.look()
    channels.tick()
    sessions.tick()
    review.tick()
    callOff = clock.after(tickMs, tick)
  }

  return {
    links: channels,
    nodeMail: mailbox,
    tokens,
    commandWatches: live,
    sessionLinks: (calledUrl) => ({
      isConnected: (nodeId) => channels.isOpen(nodeId),
      isYoung: clock.ticks() - begunAt < agentsReturnWithinMs,
      keepsSessionLogs: (nodeId) => channels.keepsSessionLogs(nodeId),
      issueClientToken: (sessionId) => dataTokens.issue({ sessionId, side: 'client' }),
      issueNodeToken: (sessionId) => dataTokens.issue({ sessionId, side: 'node' }),
      streamUrl: (sessionId) => streamUrl(streamBase(streamPlaces, calledUrl), sessionId),
    }),
    acceptData: (admission, request, socket, head) => sessions.accept(admission, request, socket, head),
    accept: (admission, request, socket, head) => channels.accept(admission, request, socket, head),
    listenTo(reports) {
      heard = reports
      channels.listenTo(reports)
    },
    start() {
      tick()
      presence.start()
    },
    close() {
      callOff()
      for (const end of ends) end()
      void presence.close()
      live.close()
      sessions.close()
      channels.closeAll()
      mailbox.close()
    },
  }
}
