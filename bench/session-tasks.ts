import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { familyCpuSeconds } from './family-use.ts'
import type { SessionWay } from './session-ways.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** What a session did, and what it cost all processes of both ends and between them. */
export interface Echoes {
  /** Milliseconds from a key to its echo. */
  readonly times: readonly number[]
  /** Microseconds of CPU a key. */
  readonly cpu: number
}

export interface Rate {
  readonly megabytesPerSecond: number
  /** Milliseconds of CPU a megabyte. */
  readonly cpu: number
}

const pauseMs = 10
const warmUps = 20

/** Types keys one by one, with a pause after each echo, which the terminal gives and no program. */
export async function typeKeys(way: SessionWay, count: number): Promise<Echoes> {
  return await inWorkbench(async (bench) => {
    const press = await keyboard(bench, way)
    for (let key = 0; key < warmUps; key++) await press()
    const times: number[] = []
    const before = familyCpuSeconds()
    for (let key = 0; key < count; key++) times.push(await press())
    return { times, cpu: ((familyCpuSeconds() - before) * 1e6) / count }
  })
}

/** A key here, then a key there: what the machine does meanwhile is the same to both. Milliseconds from key to echo. */
export async function typeInTurn(
  ways: readonly [SessionWay, SessionWay],
  count: number,
): Promise<readonly [readonly number[], readonly number[]]> {
  return await inWorkbench(async (bench) => {
    const [here, there] = [await keyboard(bench, ways[0]), await keyboard(bench, ways[1])]
    const times: [number[], number[]] = [[], []]
    for (let key = -warmUps; key < count; key++) {
      const [one, other] = [await here(), await there()]
      if (key < 0) continue
      times[0].push(one)
      times[1].push(other)
    }
    return times
  })
}

/** Answers what presses a key and tells how long its echo took. */
async function keyboard(bench: Workbench, way: SessionWay): Promise<() => Promise<number>> {
  const shell = await way.shell(bench)
  shell.write("stty -icanon echo; printf 'typ%s' ing; exec cat >/dev/null\n")
  await shell.untilSays(/typing/)
  await pause(300) // the last word of the shell's is its program's beginning, which says nothing
  return async () => {
    const heard = shell.received
    const began = performance.now()
    shell.write('a')
    await shell.untilMoreThan(heard)
    const took = performance.now() - began
    await pause(pauseMs)
    return took
  }
}

/** `yes` on a terminal: half as much again comes out, since a terminal ends lines with two characters. */
export async function flood(way: SessionWay, bytes: number): Promise<Rate> {
  return await inWorkbench(async (bench) => {
    const shell = await way.shell(bench)
    shell.write('stty -echo\n')
    await pause(100) // it answers nothing
    return await rateOf(1.5 * bytes, async () => {
      const before = shell.received
      shell.write(`yes | head -c ${bytes}; printf 'en%s' d-of-it\n`)
      await shell.untilSays(/end-of-it/, 120_000)
      const came = shell.received - before
      if (came < 1.5 * bytes) throw new Error(`${way.name}: ${came} bytes came of ${1.5 * bytes}`)
    })
  })
}

/** One connection through a forwarded port, each way in its turn. */
export async function carry(way: SessionWay, bytes: number): Promise<{ readonly up: Rate; readonly down: Rate }> {
  return await inWorkbench(async (bench) => {
    const target = createServer((socket) => answer(socket, bytes))
    target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    bench.later(() => void target.close())
    const address = target.address()
    const port = await way.forward(bench, typeof address === 'object' && address !== null ? address.port : 0)
    await exchange(port, 'd', 1_000_000, bytes) // what is slow the first time
    return {
      up: await rateOf(bytes, () => exchange(port, 'u', bytes, 1)),
      down: await rateOf(bytes, () => exchange(port, 'd', 1, bytes)),
    }
  })
}

/** Sends `bytes` to who asks by a `d`; answers who sends as many after a `u` once they are there. */
function answer(socket: Socket, bytes: number): void {
  socket.on('error', () => undefined)
  socket.once('data', (first: Buffer) => {
    if (first[0] === 0x64) socket.end(Buffer.alloc(bytes, 'port'))
    let came = first.length
    socket.on('data', (part: Buffer) => {
      came += part.length
      if (came === bytes) socket.end('.')
    })
    if (came === bytes) socket.end('.')
  })
}

async function exchange(port: number, way: 'u' | 'd', sends: number, awaits: number): Promise<void> {
  const socket = connect(port, 'localhost')
  socket.setTimeout(30_000, () => socket.destroy(new Error('nothing has come for a while')))
  socket.write(Buffer.alloc(way === 'd' ? 1 : sends, way))
  let came = 0
  for await (const part of socket) {
    came += (part as Buffer).length
    if (came >= awaits) break
  }
  socket.destroy()
  if (came < awaits) throw new Error(`${came} bytes came of ${awaits}`)
}

async function rateOf(bytes: number, act: () => Promise<void>): Promise<Rate> {
  const before = familyCpuSeconds()
  const began = performance.now()
  await act()
  const megabytes = bytes / 1e6
  return {
    megabytesPerSecond: (megabytes * 1_000) / (performance.now() - began),
    cpu: ((familyCpuSeconds() - before) * 1_000) / megabytes,
  }
}
