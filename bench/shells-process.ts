import { randomUUID } from 'node:crypto'
import { ApiClient, type Credentials, elementOf } from '@fairlead/testkit/api-client'
import { ChannelPeer } from '@fairlead/testkit/channel-peer'
import { DataPeer } from '@fairlead/testkit/data-peer'
import { region } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { upgradeAs } from '@fairlead/testkit/upgrade-as'
import { WebSocket } from 'ws'

/** Where the sessions are: on our server, or on a relay that knows nothing of them. */
export type ShellsPlace =
  | { readonly server: string; readonly credentials: Credentials }
  | { readonly relay: string; readonly server?: never }

export type ToShells =
  | { readonly place: ShellsPlace }
  | { readonly open: number }
  /** Everybody types a key in every `pauseMs`, for so long, each at a moment of its own. */
  | { readonly type: { readonly milliseconds: number; readonly pauseMs: number } }

export type FromShells =
  | { readonly done: true }
  /** Milliseconds from key to echo. */
  | { readonly times: readonly number[] }
  | { readonly failed: string }

/** Clients and nodes of many sessions in one process; the nodes give back what is typed. */
interface Shell {
  readonly client: DataPeer
  onEcho: () => void
}

type Connect = ConstructorParameters<typeof DataPeer>[0]['connect']

const openedAtOnce = 8
const zeroMask = (mask: Buffer) => void mask.fill(0)
const shells: Shell[] = []
let nextEnds: () => Promise<{ readonly sessionId: string; readonly client: Connect; readonly node: Connect }>

async function settle(place: ShellsPlace): Promise<void> {
  if (place.server === undefined) {
    let count = 0
    nextEnds = async () => {
      const connect = async () => ({ socket: await dial(`${place.relay}/${sessionId}`), token: 'none' })
      const sessionId = String(count++)
      return { sessionId, client: connect, node: connect }
    }
    return
  }
  const url = place.server
  const client = (credentials: Credentials | undefined) =>
    new ApiClient({ url, region, credentials, now: () => new Date() })
  const root = client(place.credentials)
  const node = await NodeMachine.register({ url, client, root })
  await ChannelPeer.open({ url }, node)
  const credentials = await node.credentials()
  const ownClient = client(credentials)
  const dataToken = async (sessionId: string): Promise<string> => {
    const { body } = await ownClient.send({
      service: 'ssmmessages',
      method: 'POST',
      target: `/v1/data-channel/${sessionId}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID(), ClientId: '' })),
    })
    return elementOf(body.toString(), 'TokenValue') ?? ''
  }
  nextEnds = async () => {
    const {
      SessionId = '',
      TokenValue = '',
      StreamUrl = '',
    } = await root.call('ssm', 'StartSession', {
      Target: node.nodeId,
    })
    const upgrade = { url, nodeId: SessionId, credentials, path: '/v1/data-channel/', generateMask: zeroMask }
    return {
      sessionId: SessionId,
      client: async () => ({ socket: await dial(StreamUrl), token: TokenValue }),
      node: async () => ({
        token: await dataToken(SessionId),
        socket: await upgradeAs({ ...upgrade, now: new Date() }),
      }),
    }
  }
}

async function openShells(count: number): Promise<void> {
  let left = count
  const work = async () => {
    while (left-- > 0) shells.push(await openShell())
  }
  await Promise.all(Array.from({ length: openedAtOnce }, work))
}

async function openShell(): Promise<Shell> {
  const { sessionId, client: connectClient, node: connectNode } = await nextEnds()
  const node = await new DataPeer({ side: 'node', sessionId, connect: connectNode }).open()
  const client = await new DataPeer({ side: 'client', sessionId, connect: connectClient }).open()
  const shell: Shell = { client, onEcho: () => undefined }
  node.socket?.on('message', () => {
    for (const key of node.delivered.splice(0)) node.send(key)
    forget(node)
  })
  client.socket?.on('message', () => {
    if (client.delivered.splice(0).length > 0) shell.onEcho()
    forget(client)
  })
  return shell
}

/** What peers remember for tests. */
function forget(peer: DataPeer): void {
  peer.arrived.length = 0
  peer.inbox.length = 0
}

async function type(milliseconds: number, pauseMs: number): Promise<readonly number[]> {
  const times: number[] = []
  const until = performance.now() + milliseconds
  await Promise.all(
    shells.map(async (shell) => {
      await pause(Math.random() * pauseMs)
      while (performance.now() < until) {
        const began = performance.now()
        await new Promise<void>((resolve) => {
          shell.onEcho = resolve
          shell.client.send('a')
        })
        const took = performance.now() - began
        times.push(took)
        await pause(Math.max(0, pauseMs - took))
      }
    }),
  )
  return times
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function dial(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, generateMask: zeroMask })
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

async function act(message: ToShells): Promise<FromShells> {
  if ('type' in message) return { times: await type(message.type.milliseconds, message.type.pauseMs) }
  await ('place' in message ? settle(message.place) : openShells(message.open))
  return { done: true }
}

process.on('message', (message: ToShells) => {
  void act(message)
    .catch((error: unknown): FromShells => ({ failed: error instanceof Error ? (error.stack ?? '') : String(error) }))
    .then((answer) => process.send?.(answer))
})
process.once('disconnect', () => process.exit(0))
