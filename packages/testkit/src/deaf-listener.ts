import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { within } from './within.ts'

/** Listens, says where, and then never accepts anything: it sleeps for good. */
const program = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port) + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

/** Linux keeps one connection more than the backlog for a listener to accept. */
const kept = 2

/**
 * A port of loopback at which a connection is neither made nor refused, as of a host that drops what it is sent: its listener
 * accepts nothing, and has all the connections waiting that it may have. Gone when the test ends.
 */
export async function deafListener(t: { after(end: () => Promise<void>): void }): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const sockets: Socket[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })
  if (child.stdout === null) throw new Error('the listener has no output')
  const [said] = await within(once(child.stdout, 'data'), 'the deaf listener says where it is')
  const port = Number(String(said))
  for (let count = 0; count < kept; count++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    sockets.push(socket)
    await within(once(socket, 'connect'), 'a connection that nobody accepts is made')
  }
  return port
}
