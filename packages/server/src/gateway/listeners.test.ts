import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ChannelPeer } from '@fairlead/testkit/channel-peer'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { clientCall } from '@fairlead/wire/codec'
import { Listeners } from './listeners.ts'

/** Longer than a stop without obstacles, and well below the patience of a test's server, which is two seconds. */
const promptMs = 1_500

async function stopsPromptly(stop: () => Promise<void>): Promise<void> {
  const begun = performance.now()
  await stop()
  const took = performance.now() - begun
  assert.ok(took < promptMs, `stopping took ${took} ms`)
}

async function world(t: TestContext) {
  const server = await given(t)
  return { ...server, server, node: await NodeMachine.register(server) }
}

test('a server that stops says so on its channels, with 1001', async (t) => {
  const { server, node, stop } = await world(t)
  const peers = [await ChannelPeer.open(server, node), await ChannelPeer.upgrade(server, node)]
  await stopsPromptly(stop)
  for (const peer of peers) assert.deepEqual(await peer.closed, { code: 1001, reason: 'the server stops' })
})

test('a peer that does not answer the goodbye is cut off when patience ends', async (t) => {
  const clock = new ManualClock()
  const server = await given(t, { clock })
  const now = () => clock.now()
  const peer = await ChannelPeer.open(server, await NodeMachine.register(server, { now }), now)
  peer.socket.pause()
  const stopped = server.stop()
  clock.advance(2_000)
  await stopsPromptly(() => stopped)
  peer.socket.terminate()
})

test('a request that runs is answered before the server stops, and its connection is not kept open', async (t) => {
  const { node, stop, root, url } = await world(t)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const client = await node.client()
  const { headers, body } = clientCall('ec2messages', 'GetMessages', {
    Destination: node.nodeId,
    MessagesRequestId: randomUUID(),
  })
  const held = client.send({ service: 'ec2messages', headers, body, connection: { agent } })
  for (let times = 0; times < 5; times++) await root.query('sts', 'GetCallerIdentity', {})

  await stopsPromptly(stop)
  assert.equal((await held).status, 200)
  await assert.rejects(fetch(url))
})

test('who connects and says nothing, or opens a body and says no more, is not kept', async (t) => {
  const parts = {
    certificate: undefined,
    aws: undefined,
    maxConnections: 10,
    silenceMs: 50,
    counters: { add: () => {}, gauge: () => {} },
    onRequest: () => {},
    onUpgrade: () => {},
  }
  const listeners = new Listeners(parts)
  t.after(() => listeners.closeNow())
  const { port } = new URL(await listeners.open({ secure: false, host: '127.0.0.1', port: 0 }))

  for (const head of ['', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n']) {
    const socket = connect({ host: '127.0.0.1', port: Number(port) })
    t.after(() => socket.destroy())
    socket.write(head)
    await once(socket, 'close')
  }
  await listeners.close()
})

test('a connection on which nothing was asked does not hold the server up', async (t) => {
  const { url, stop } = await world(t)
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  t.after(() => socket.destroy())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('connect', resolve))
  await eventually(async () => ((await fetch(`${url}/healthz`)).status === 200 ? true : undefined), 'health')
  await stop()
  await closed
})
