import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const pauseMs = 10
const warmUps = 20

/**
 * What a way through three processes of Node costs when they do nothing on it: one has pipes for a terminal, as a client has;
 * one passes bytes on between two sockets, as a server does; and one sends back what comes, as a node does. They know no
 * frames, receipts, digests or terminals. Milliseconds from key to echo.
 */
export async function bareHops(count: number): Promise<readonly number[]> {
  const children: ChildProcess[] = []
  try {
    const [relay, port] = await hop(children, ['relay'])
    await hop(children, ['node', port])
    const [client] = await hop(children, ['client', port])
    relay.stdin?.end()
    return await echoes(client, count)
  } finally {
    for (const child of children) await ended(child)
  }
}

async function hop(children: ChildProcess[], args: readonly string[]): Promise<readonly [ChildProcess, string]> {
  const child = spawn(process.execPath, [import.meta.filename, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const [said] = await once(child.stdout, 'data')
  return [child, String(said).trim()]
}

async function echoes({ stdin, stdout }: ChildProcess, count: number): Promise<readonly number[]> {
  if (stdin === null || stdout === null) throw new Error('a hop has no pipes')
  const times: number[] = []
  for (let key = -warmUps; key < count; key++) {
    const echo = once(stdout, 'data')
    const began = performance.now()
    stdin.write('a')
    await echo
    if (key >= 0) times.push(performance.now() - began)
    await pause(pauseMs)
  }
  return times
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL') // there is nothing in it to lose
  await exit
}

function actAs(role: string, port: number): void {
  if (role === 'relay') {
    const server = createServer({ noDelay: true })
    server.once('connection', (one) => {
      server.once('connection', (other) => {
        one.on('data', (bytes) => other.write(bytes))
        other.on('data', (bytes) => one.write(bytes))
      })
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      process.stdout.write(typeof address === 'object' && address !== null ? `${address.port}\n` : '')
    })
    return
  }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => process.stdout.write('ready\n'))
  if (role === 'node') socket.on('data', (bytes) => socket.write(bytes))
  else {
    process.stdin.on('data', (bytes) => socket.write(bytes))
    socket.on('data', (bytes) => process.stdout.write(bytes))
  }
}

if (import.meta.main) actAs(process.argv[2] ?? '', Number(process.argv[3]))
