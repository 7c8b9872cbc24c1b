import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Child } from './child.ts'
import type { Bench, BenchOptions, BenchResult } from './report.ts'
import { startServer } from './server-process.ts'
import type { FromShells, ShellsPlace, ToShells } from './shells-process.ts'
import { percentile, shuffled, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** Many sessions at once: what the server adds to a key, and what it remembers of a session in which nobody types. */
export const shells: Bench = {
  name: 'shells',
  title: 'Shells: 200 sessions at once through the server, beside a relay that only passes frames on',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

const [warmUps, count] = [50, 150]
/** After the typing, to see what sessions cost a server whose heap has found its size. */
const more = 200
const pauseMs = 200

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const server = await startServer(bench, options)
  const program = join(import.meta.dirname, 'frame-relay.ts')
  const relay = await Child.start({ program: process.execPath, args: [program], readyWhen: /ready on (\S+)/ })
  bench.later(() => relay.stop())
  const ours = await startShells(bench, { server: server.url, credentials: server.rootCredentials })
  const outside = await startShells(bench, { relay: relay.said })

  // The first sessions make the server load and compile what the others only use.
  await ask(ours, { open: warmUps })
  const before = server.use().residentBytes
  await ask(ours, { open: count })
  const idle = (server.use().residentBytes - before) / count / 1024
  await ask(outside, { open: warmUps + count })

  const rounds = options.quick ? 3 : 5
  const milliseconds = options.quick ? 2_000 : 5_000
  const contenders = [ours, outside]
  const found = contenders.map((): (readonly number[])[] => [])
  const cpu: number[] = []
  for (let round = -1; round < rounds; round++) {
    for (const index of shuffled(contenders.length)) {
      const contender = contenders[index]
      if (contender === undefined) continue
      const cpuBefore = server.use().cpuSeconds
      const answer = await ask(contender, { type: { milliseconds, pauseMs } })
      if (!('times' in answer) || round < 0) continue // V8 has to settle first
      found[index]?.push(answer.times)
      if (contender === ours) cpu.push(((server.use().cpuSeconds - cpuBefore) * 1e6) / answer.times.length)
    }
  }
  const settled = server.use().residentBytes
  await ask(ours, { open: more })
  const later = (server.use().residentBytes - settled) / more / 1024
  const [mine = [], other = []] = found
  const row = (percent: number) => ({
    unit: 'ms',
    ours: spreadOf(mine.map((times) => percentile(times, percent))),
    outside: spreadOf(other.map((times) => percentile(times, percent))),
    ratio: spreadOf(mine.map((times, at) => percentile(times, percent) / percentile(other[at] ?? times, percent))),
  })
  return {
    rows: [
      { what: 'key to echo, p50', ...row(50) },
      { what: '  p99', ...row(99), aim: { of: 'ours', atMost: 20 } },
      { what: '  CPU of the server per key', unit: 'us', ours: spreadOf(cpu) },
      { what: 'RSS per idle session', unit: 'KiB', ours: spreadOf([idle]), aim: { of: 'ours', atMost: 100 } },
      {
        what: '  of 200 more, after the typing',
        unit: 'KiB',
        ours: spreadOf([later]),
        aim: { of: 'ours', atMost: 100 },
      },
    ],
    notes: [
      `${rounds} rounds of ${milliseconds} ms: ${warmUps + count} clients, each a key in ${pauseMs} ms, with a receipt for every frame both ways. Clients`,
      'and nodes are in one process, nothing else is between them and the server, so all of the latency but what that process',
      'adds is the server. outside = the same ends on a relay of frames in a process of its own, without tokens and receipts.',
      `RSS: what ${count} more sessions cost a server that has had ${warmUps}, and what ${more} more cost it at the end. The first holds`,
      'what the heap grows by on the way, and both what collections have not yet given back.',
    ],
  }
}

async function startShells(bench: Workbench, place: ShellsPlace): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'shells-process.ts'), { execArgv: [] })
  bench.later(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL') // there is nothing in it to lose
    await ended
  })
  await ask(child, { place })
  return child
}

async function ask(child: ChildProcess, what: ToShells): Promise<FromShells> {
  child.send(what)
  const [answer] = (await once(child, 'message')) as [FromShells] // there is one answer to everything
  if ('failed' in answer) throw new Error(answer.failed)
  return answer
}
