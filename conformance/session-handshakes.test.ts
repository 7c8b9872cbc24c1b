import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { after, describe, test } from 'node:test'
import { DataPeer } from '@fairlead/testkit/data-peer'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { encodeHandshakeResponse, payloadTypes } from '@fairlead/wire/session-message'
import { SmuxSession } from '@fairlead/wire/smux-session'
import { WebSocket } from 'ws'
import { lastFirst } from './clients/last-first.ts'

const phases = ['it is asked for', 'the node has asked', 'the client has answered', 'both have agreed'] as const
type Phase = (typeof phases)[number]

const response = encodeHandshakeResponse({
  clientVersion: '1.2.677.0',
  actions: [{ actionType: 'SessionType', status: 'success', error: '' }],
  errors: [],
})

describe('a server that is killed while a session begins', async () => {
  const owner = lastFirst({ after })
  const server = await runServer(owner)
  const { nodeId } = await runNode(owner, server)
  const root = server.client()
  const port = await listenForEcho(owner)

  for (const phase of phases) {
    test(`does not keep it from beginning: killed when ${phase}`, async () => {
      // An agent whose server keeps going away within seconds takes its time to come back.
      await eventually(
        async () => {
          const { Status } = await root.call('ssm', 'GetConnectionStatus', { Target: nodeId })
          return Status === 'connected' ? true : undefined
        },
        'the node is connected',
        70_000,
      )
      const client = await begin()
      const killAt = async (now: Phase) => {
        if (now !== phase) return
        await server.kill()
        await server.start()
        await client.open()
      }
      const came = (payloadType: number) =>
        eventually(
          () => client.arrived.some(({ frame }) => frame.payloadType === payloadType) || undefined,
          `payload ${payloadType}`,
        )
      if (phase === 'it is asked for') await killAt(phase)
      else await client.open()
      // What has come and is not acknowledged is as good as lost.
      client.isMute = phase === 'the node has asked' || phase === 'both have agreed'
      await came(payloadTypes.handshakeRequest)
      await killAt('the node has asked')
      client.isMute = phase === 'both have agreed'
      client.send(response, payloadTypes.handshakeResponse)
      await killAt('the client has answered')
      await came(payloadTypes.handshakeComplete)
      client.isMute = false
      await killAt('both have agreed')

      const sent = randomBytes(100_000)
      assert.ok((await echo(client, sent)).equals(sent))
      await root.call('ssm', 'TerminateSession', { SessionId: client.sessionId })
    })
  }

  /** The session is stored; nobody has opened a data channel. */
  async function begin() {
    const started = await root.call('ssm', 'StartSession', {
      Target: nodeId,
      DocumentName: 'AWS-StartPortForwardingSession',
      Parameters: { portNumber: [String(port)] },
    })
    const { SessionId: sessionId = '', StreamUrl: url = '' } = started
    const connect = async () => {
      const { TokenValue: token = '' } = await root.call('ssm', 'ResumeSession', { SessionId: sessionId })
      const socket = new WebSocket(url, { perMessageDeflate: false })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      return { socket, token }
    }
    return Object.assign(new DataPeer({ side: 'client', sessionId, connect }), { sessionId })
  }
})

/** Sends bytes over a stream of a forwarded port, and answers as many that come back. */
async function echo(client: DataPeer, sent: Buffer): Promise<Buffer> {
  const mux = new SmuxSession('client', { mostStreams: 1, mostUnconsumed: 1_000_000 })
  const { streamId, bytes } = mux.open()
  client.send(bytes)
  for (const frame of mux.write(streamId, sent)) client.send(frame)
  const got: Buffer[] = []
  return await eventually(() => {
    for (const payload of client.delivered.splice(0)) {
      for (const event of mux.receive(payload)) if (event.kind === 'data') got.push(Buffer.from(event.bytes))
    }
    const all = Buffer.concat(got)
    return all.length >= sent.length ? all : undefined
  }, 'the echo')
}

async function listenForEcho(t: { after(end: () => void): void }): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  t.after(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
