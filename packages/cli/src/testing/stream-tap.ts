import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { Passage } from './held-session.ts'

/** A way to a server's data channels on which everything is heard that goes over them, in either direction. */
export interface StreamTap extends Passage {
  /** Every message, as bytes, in the order of its coming. */
  readonly heard: readonly Buffer[]
}

export async function openStreamTap(t: { after(end: () => void): void }, serverUrl: string): Promise<StreamTap> {
  const heard: Buffer[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (near, { url = '' }) => {
    const far = new WebSocket(new URL(url, serverUrl.replace(/^http/, 'ws')))
    const open = new Promise((resolve) => far.once('open', resolve))
    const pass = (from: WebSocket, to: WebSocket) => {
      from.on('message', (data, binary) => {
        const bytes = data as Buffer // as ws gives it by default
        heard.push(bytes)
        void open.then(() => to.send(bytes, { binary }))
      })
      from.on('close', () => to.close()).on('error', () => to.terminate())
    }
    pass(near, far)
    pass(far, near)
  })
  t.after(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // of a server that listens on TCP
  const cut = () => {
    for (const client of server.clients) client.terminate()
    return () => undefined
  }
  return { port, cut, heard, whenOpen: Promise.resolve() }
}
