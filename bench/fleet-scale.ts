import { setTimeout as pause } from 'node:timers/promises'
import { makeActivation } from '@fairlead/testkit/fleet'
import { decodeResponse } from '@fairlead/wire/codec'
import { Connection } from './connection.ts'
import type { FleetStart } from './fleet-process.ts'
import { monotonicMs } from './monotonic.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { makeOperator, region, type ServerProcess, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { percentile, spreadOf } from './statistics.ts'
import { SteadyFleet } from './steady-fleet.ts'
import { Workbench } from './workbench.ts'

/** A fleet that is there all day: what it costs to have it, to send it commands, and to have it back after a restart. */
export const fleetScale: Bench = {
  name: 'fleet-scale',
  title: 'A fleet of 10,000: idle, commands to all, and back after a restart of the server',
  async run(options) {
    const bench = new Workbench()
    const serving = new Workbench()
    try {
      return await measure(bench, serving, options)
    } finally {
      await serving.clear()
      await bench.clear()
    }
  },
}

interface Size {
  readonly nodes: number
  readonly processes: number
  readonly idleSeconds: number
  /** Commands to all of them. */
  readonly commands: number
  /** How long the server is away. */
  readonly awaySeconds: readonly number[]
}

const whole: Size = { nodes: 10_000, processes: 3, idleSeconds: 40, commands: 5, awaySeconds: [0, 45] }
const fifth: Size = { nodes: 2_000, processes: 2, idleSeconds: 5, commands: 3, awaySeconds: [0] }
/** What one activation may register. */
const mostOfActivation = 1_000
/** On a machine with enough else to do; what takes as long as this is not waited for. */
const longestMs = 240_000

async function measure(bench: Workbench, serving: Workbench, options: BenchOptions): Promise<BenchResult> {
  const size = options.quick ? fifth : whole
  const dataDir = bench.folder()
  let server = await startServer(serving, options, dataDir)
  const { url } = server
  const fleet = new SteadyFleet(bench, await orders(server, size))
  const began = monotonicMs()
  await fleet.untilOpen(size.nodes, 2 * longestMs)
  const registered = (monotonicMs() - began) / 1000
  const rows: Row[] = [{ what: 'all registered and connected', unit: 's', ours: spreadOf([registered]) }]
  const unfinished: string[] = []
  try {
    const resting = await idle(server, size)
    rows.push(...resting.rows)
    rows.push(...(await commands(server, fleet, size, { operator: await makeOperator(server), ...resting })))
    for (const seconds of size.awaySeconds) {
      const failures = fleet.failures
      await serving.clear()
      await fleet.untilLost(longestMs)
      await pause(seconds * 1000)
      fleet.takeOpenings()
      server = await startServer(serving, options, dataDir, url)
      rows.push(...(await comingBack(server, fleet, size, seconds)))
      rows.push({ what: '  tries and reports that failed', unit: '', ours: spreadOf([fleet.failures - failures]) })
    }
  } catch (error) {
    // What was measured before counts nevertheless.
    unfinished.push(`NOT FINISHED: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return {
    rows,
    notes: [
      ...unfinished,
      `${size.processes} processes hold the agents: our agent's own channel, pings and back-off; health reports every 5 min, spread.`,
      "Where it would run a command it sends the four messages of Amazon's. Idle is a window of",
      `${size.idleSeconds} s. Server and agents share the cores. After a restart, the time counts from the server's word that it is ready;`,
      'the most of a second is of channels opened in any one second, which is what the server could do if it is a herd.',
    ],
  }
}

/** Groups by tag, so that commands can go to one node, a hundred, a thousand or all; and who is in which process. */
async function orders({ root, url }: ServerProcess, { nodes, processes }: Size): Promise<readonly FleetStart[]> {
  const groups = [1, 99, 900, ...Array.from({ length: (nodes - 1000) / mostOfActivation }, () => mostOfActivation)]
  const rest = nodes - groups.reduce((sum, count) => sum + count, 0)
  if (rest > 0) groups.push(rest)
  const ordered = Array.from({ length: processes }, (): FleetStart['groups'][number][] => [])
  for (const [index, count] of groups.entries()) {
    const Group = ['one', 'hundred', 'thousand'][index] ?? 'rest'
    const tags = { Finance: 'WebServers', Group }
    const activation = await makeActivation(root, { roleName: `Nodes-${index}`, count, tags })
    ordered[index % processes]?.push({ count, activation })
  }
  return ordered.map((one) => ({ url, region, groups: one }))
}

interface Resting {
  readonly rows: readonly Row[]
  /** Of a core. */
  readonly share: number
}

async function idle(server: ServerProcess, { nodes, idleSeconds }: Size): Promise<Resting> {
  await pause(2_000) // what registering left to be done
  const before = server.use().cpuSeconds
  await pause(idleSeconds * 1000)
  const { cpuSeconds, residentBytes } = server.use()
  const share = (cpuSeconds - before) / idleSeconds
  const rows: readonly Row[] = [
    {
      what: `idle, ${nodes} connected: CPU`,
      unit: '% core',
      ours: spreadOf([100 * share]),
      aim: { of: 'ours', atMost: 10 },
    },
    rssRow('  server RSS', residentBytes),
  ]
  return { rows, share }
}

function rssRow(what: string, bytes: number): Row {
  return { what, unit: 'MiB', ours: spreadOf([bytes / 2 ** 20]), aim: { of: 'ours', atMost: 1024 } }
}

interface Sent {
  /** Seconds from before SendCommand. */
  readonly first: number
  readonly last: number
  /** Microseconds of the server's CPU an invocation, without what it spends on the fleet at rest. */
  readonly cpu: number
  readonly resident: number
}

async function commands(
  server: ServerProcess,
  fleet: SteadyFleet,
  size: Size,
  { operator, share }: { readonly operator: Awaited<ReturnType<typeof makeOperator>>; readonly share: number },
): Promise<readonly Row[]> {
  const connection = await Connection.open(server.url)
  try {
    const run = async (groups: readonly string[], nodes: number): Promise<Sent> => {
      const request = signedRequest(server.url, operator, 'SendCommand', {
        DocumentName: 'AWS-RunShellScript',
        Targets: [{ Key: 'tag:Group', Values: [...groups] }],
        MaxConcurrency: '100%',
        MaxErrors: '100%',
        Parameters: { commands: ['uptime'] },
      })
      const before = server.use().cpuSeconds
      const began = monotonicMs()
      const { status, body } = await connection.exchange(request)
      if (status !== 200) throw new Error(`an answer of ${status}: ${body.toString()}`)
      const commandId = decodeResponse('ssm', 'SendCommand', body).Command?.CommandId ?? ''
      const { firstBegun, ended } = await fleet.ended(commandId, nodes, longestMs)
      const { cpuSeconds, residentBytes } = server.use()
      return {
        first: (firstBegun - began) / 1000,
        last: (ended.reduce((latest, at) => Math.max(latest, at), 0) - began) / 1000,
        cpu: ((cpuSeconds - before - (share * (monotonicMs() - began)) / 1000) * 1e6) / nodes,
        resident: residentBytes,
      }
    }
    const names = ['one', 'hundred', 'thousand', 'rest']
    for (let warmUp = 0; warmUp < 2; warmUp++) await run(names, size.nodes)
    const all = await repeated(size.commands, () => run(names, size.nodes))
    const column = (of: readonly Sent[], name: keyof Sent) => spreadOf(of.map((one) => one[name]))
    const cpu = column(all, 'cpu')
    const fewer: Row[] = []
    for (const [index, nodes] of [1, 100, 1000].entries()) {
      const sent = await repeated(Math.max(5, 200 / nodes), () => run(names.slice(0, index + 1), nodes))
      // The clock of processes ticks every 10 ms: for few invocations only the sum tells something.
      const mean = sent.reduce((sum, one) => sum + one.cpu, 0) / sent.length
      fewer.push({ what: `  the same, ${nodes} a command`, unit: 'us', ours: spreadOf([mean]) })
    }
    const [first, last] = [all.at(0), all.at(-1)].map((one) => (one?.resident ?? 0) / 2 ** 20)
    return [
      {
        what: `to ${size.nodes}: first node has it`,
        unit: 's',
        ours: column(all, 'first'),
        aim: { of: 'ours', atMost: 0.5 },
      },
      { what: '  all terminal', unit: 's', ours: column(all, 'last'), aim: { of: 'ours', atMost: 10 } },
      { what: '  server CPU an invocation', unit: 'us', ours: cpu },
      ...fewer,
      rssRow('  server RSS after the first', (first ?? 0) * 2 ** 20),
      rssRow(`  after ${size.commands}`, (last ?? 0) * 2 ** 20),
    ]
  } finally {
    connection.close()
  }
}

async function repeated<T>(times: number, run: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let time = 0; time < times; time++) results.push(await run())
  return results
}

async function comingBack(
  server: ServerProcess,
  fleet: SteadyFleet,
  { nodes }: Size,
  awaySeconds: number,
): Promise<readonly Row[]> {
  const ready = monotonicMs()
  await fleet.untilOpen(nodes, longestMs)
  const openings = fleet.takeOpenings().map((at) => (at - ready) / 1000)
  const seconds = new Map<number, number>()
  for (const at of openings) seconds.set(Math.floor(at), (seconds.get(Math.floor(at)) ?? 0) + 1)
  const last = percentile(openings, 100)
  return [
    {
      what: `away for ${awaySeconds} s: all are back`,
      unit: 's',
      ours: spreadOf([last]),
      aim: { of: 'ours', atMost: 60 },
    },
    { what: '  half of them', unit: 's', ours: spreadOf([percentile(openings, 50)]) },
    { what: '  the most in a second', unit: '', ours: spreadOf([Math.max(...seconds.values())]) },
    rssRow('  server RSS', server.use().residentBytes),
  ]
}
