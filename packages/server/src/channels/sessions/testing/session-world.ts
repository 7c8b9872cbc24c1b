import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Credentials, elementOf } from '@fairlead/testkit/api-client'
import { ChannelPeer, frameOf } from '@fairlead/testkit/channel-peer'
import { DataPeer } from '@fairlead/testkit/data-peer'
import { eventually } from '@fairlead/testkit/eventually'
import { type Given, given, type World } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'
import { upgradeAs } from '@fairlead/testkit/upgrade-as'
import { decodeAgentTaskAcknowledge, encodeAgentTaskComplete } from '@fairlead/wire/control-message'
import { decodeInteractiveShell } from '@fairlead/wire/session-message'
import { WebSocket } from 'ws'

export interface Started {
  readonly sessionId: string
  readonly token: string
  readonly url: string
}

export interface StartInput {
  readonly DocumentName?: string
  readonly Parameters?: Readonly<Record<string, readonly string[]>>
}

/** A websocket to a URL, open and unsigned as older clients ask for it. */
export function dial(url: string, generateMask?: (mask: Buffer) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      ...(generateMask === undefined ? {} : { generateMask }),
    })
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

export interface WorldSettings extends Pick<World, 'dataDir' | 'recordings'> {
  /** For tests with many bytes: the masks of websockets, which cost more than all else, are zeros. */
  readonly isHeavy?: boolean
}

/** A whole server whose time stands still, a node with its control channel, and ends of data channels that the test holds. */
export async function sessionWorld(t: TestContext, { isHeavy = false, ...settings }: WorldSettings = {}) {
  const clock = new ManualClock()
  const now = () => clock.now()
  const first = await given(t, { clock, ...settings })
  const activation = await activate(first, { RegistrationLimit: 10 })
  const node = await NodeMachine.register(first, { activation, now })
  const world = sessionsOn(first, node, clock, isHeavy ? (mask) => void mask.fill(0) : undefined)
  const control = await ChannelPeer.open(first, node, now)
  return {
    ...world,
    control,
    node,
    clock,
    server: first,
    register: () => NodeMachine.register(first, { activation, now }),
    openControl: () => ChannelPeer.open(first, node, now),
    /** Waits until the server knows that no control channel is open. */
    untilClosed: () =>
      eventually(
        async () => ((await world.metric('fairlead_control_channels')) === 0 ? true : undefined),
        'no channel',
      ),
  }
}

/** The same on any server that knows the node: one that was started again, too. */
export function sessionsOn(
  server: Given,
  machine: NodeMachine,
  clock: ManualClock,
  generateMask?: (mask: Buffer) => void,
) {
  const node = machine.on(server)
  const { root, url, dataDir } = server
  const { nodeId } = node
  const now = () => clock.now()
  const resume = async (SessionId: string): Promise<string> => {
    const { TokenValue = '' } = await root.call('ssm', 'ResumeSession', { SessionId })
    return TokenValue
  }
  const nodeToken = async (sessionId: string, of = node): Promise<string> => {
    const answer = await (await of.client()).send({
      service: 'ssmmessages',
      method: 'POST',
      target: `/v1/data-channel/${sessionId}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID(), ClientId: '' })),
    })
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`)
    return elementOf(answer.body.toString(), 'TokenValue') ?? ''
  }
  const nodeSocket = async (sessionId: string, of = node): Promise<WebSocket> =>
    upgradeAs({
      url,
      nodeId: sessionId,
      credentials: await of.credentials(),
      now: now(),
      path: '/v1/data-channel/',
      generateMask,
    })

  return {
    root,
    nodeId,
    resume,
    nodeToken,
    nodeSocket,

    async start(input: StartInput = {}): Promise<Started> {
      const answer = await root.call('ssm', 'StartSession', { Target: nodeId, ...input })
      const { SessionId = '', TokenValue = '', StreamUrl = '' } = answer
      return { sessionId: SessionId, token: TokenValue, url: StreamUrl }
    },

    /** The client's end: the first time with the token of StartSession, later with new ones. */
    client({ sessionId, token, url: streamUrl }: Started): DataPeer {
      let first: string | undefined = token
      const connect = async () => {
        const shown = first ?? (await resume(sessionId))
        first = undefined
        const at = streamUrl.replace(/^wss?:\/\/[^/]+/, url.replace('http', 'ws'))
        return { socket: await dial(at, generateMask), token: shown }
      }
      return new DataPeer({ side: 'client', sessionId, connect })
    },

    /** A client that signs its upgrade, as newer ones do. */
    signedClient({ sessionId, token }: Started, credentials: Credentials): DataPeer {
      const connect = async () => ({
        token,
        socket: await upgradeAs({ url, nodeId: sessionId, credentials, now: now(), path: '/v1/data-channel/' }),
      })
      return new DataPeer({ side: 'client', sessionId, connect })
    },

    agent({ sessionId }: Pick<Started, 'sessionId'>): DataPeer {
      const connect = async () => ({ token: await nodeToken(sessionId), socket: await nodeSocket(sessionId) })
      return new DataPeer({ side: 'node', sessionId, connect })
    },

    /** What the node is told to begin. */
    async takeShell(control: ChannelPeer): Promise<{ readonly sessionId: string; readonly content: string }> {
      return decodeInteractiveShell((await control.take('interactive_shell')).payload)
    },

    /** The agent's last word on a session, and that it was acknowledged. */
    async complete(control: ChannelPeer, sessionId: string, finalTaskStatus = 'Success', output = ''): Promise<void> {
      const payload = encodeAgentTaskComplete({
        sessionId,
        topic: 'agent_task_complete',
        finalTaskStatus,
        isRoutingFailure: false,
        nodeId,
        output,
        s3Bucket: '',
        s3UrlSuffix: '',
        logGroup: '',
        logStream: '',
        retryNumber: 1,
      })
      const messageId = randomUUID()
      control.socket.send(frameOf('agent_task_complete', payload, messageId))
      const acknowledged = decodeAgentTaskAcknowledge((await control.take('agent_task_acknowledge')).payload)
      if (acknowledged.messageId !== messageId) throw new Error('another message was acknowledged')
    },

    async session(SessionId: string): Promise<{ readonly status: string; readonly details: string }> {
      for (const State of ['Active', 'History'] as const) {
        const { Sessions = [] } = await root.call('ssm', 'DescribeSessions', {
          State,
          Filters: [{ key: 'SessionId', value: SessionId }],
        })
        const [session] = Sessions
        if (session !== undefined) return { status: session.Status ?? '', details: session.Details ?? '' }
      }
      return { status: '', details: '' }
    },

    async untilStatus(sessionId: string, status: string): Promise<string> {
      return await eventually(async () => {
        const session = await this.session(sessionId)
        return session.status === status ? session.details : undefined
      }, `session ${status}`)
    },

    /** A gauge as Prometheus would read it. */
    async metric(name: string): Promise<number> {
      const token = readFileSync(join(dataDir, 'metrics-token'), 'utf8').trim()
      const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
      return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0)
    },

    /** Lets seconds pass one by one, while the peers stay alive. */
    async pass(seconds: number, ...peers: readonly { settle(): Promise<void> }[]): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000)
        if (second % 20 === 0) await Promise.all(peers.map((peer) => peer.settle()))
      }
    },
  }
}
