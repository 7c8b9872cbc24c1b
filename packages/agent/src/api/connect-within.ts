import type { ClientRequest } from 'node:http'

/** As long as four lost SYNs take. A server that is slow to answer is another matter: its kernel connects for it. */
const connectMs = 5_000

/** Fails a request whose host does not answer at all, long before one that is slow to answer it would be given up. */
export function connectWithin(request: ClientRequest, patienceMs: number = connectMs): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(() => {
      request.destroy(new Error(`no connection within ${patienceMs / 1000} seconds`))
    }, patienceMs)
    const connected = () => clearTimeout(timer)
    socket.once('connect', connected)
    socket.once('close', connected)
  })
}
