import { setTimeout as pause } from 'node:timers/promises'
import { makeActivation } from '@fairlead/testkit/fleet'
import { decodeResponse } from '@fairlead/wire/codec'
import { Connection } from './connection.ts'
import { Fleet } from './fleet.ts'
import { monotonicMs } from './monotonic.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { makeOperator, region, type ServerProcess, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { percentile, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** SendCommand to simulated agents, through the durable store, until every invocation is terminal. */
export const fanOut: Bench = {
  name: 'fan-out',
  title: 'Fan-out: SendCommand to terminal on simulated agents, real frames on websockets',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

/** Every node is in one group; a command to more nodes names more groups. */
const groups = [
  { tag: 'one', count: 1 },
  { tag: 'hundred', count: 99 },
  { tag: 'thousand', count: 900 },
] as const

interface Plan {
  readonly nodes: number
  readonly tags: readonly string[]
  readonly rounds: number
  /** Commands sent one right after the other. */
  readonly commands: number
  readonly aim?: number
}

interface Round {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Microseconds of CPU per invocation, of the server and of all the agents. */
  readonly cpu: number
  readonly agents: number
}

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const server = await startServer(bench, options)
  const fleet = await startFleet(bench, server)
  const connected = megabytes(server)
  const send = await sender(bench, server)
  const all = groups.map(({ tag }) => tag)
  const few = options.quick ? 5 : 7
  const plans: readonly Plan[] = [
    { nodes: 1, tags: all.slice(0, 1), rounds: options.quick ? 20 : 100, commands: 1 },
    { nodes: 100, tags: all.slice(0, 2), rounds: options.quick ? 5 : 20, commands: 1 },
    { nodes: 1000, tags: all, rounds: few, commands: 1, aim: 5000 },
    { nodes: 1000, tags: all, rounds: options.quick ? 3 : 5, commands: options.quick ? 3 : 10, aim: 5000 },
  ]
  for (let warmUp = 0; warmUp < 3; warmUp++) await command({ nodes: 1000, tags: all }, send, fleet, server)
  const rows: Row[] = []
  for (const plan of plans) {
    const rounds: Round[] = []
    for (let count = 0; count < plan.rounds; count++) {
      // A round must not pay for what the one before left to be done.
      await pause(50)
      rounds.push(await round(plan, send, fleet, server))
    }
    rows.push(...rowsOf(plan, rounds))
  }
  rows.push({ what: 'server RSS, 1000 agents connected', unit: 'MiB', ours: spreadOf([connected]) })
  rows.push({ what: '  after all these commands', unit: 'MiB', ours: spreadOf([megabytes(server)]) })
  return {
    rows,
    notes: [
      "Agents send what Amazon's sends: ack, begun, step ended, document ended, in a process of their own. Latency is",
      'from the answer to SendCommand to the acknowledgement of the last reply, which follows the commit to disk; the',
      'rate counts from before SendCommand. The caller is an IAM user; every node is decided on its own tags. Server and',
      'agents share the cores: their CPU times together bound the rate.',
    ],
  }
}

function megabytes(server: ServerProcess): number {
  return server.use().residentBytes / 2 ** 20
}

type Send = (tags: readonly string[]) => Promise<string>

async function round(plan: Plan, send: Send, fleet: Fleet, server: ServerProcess): Promise<Round> {
  const before = { server: server.use().cpuSeconds, agents: fleet.use().cpuSeconds }
  const began = monotonicMs()
  const runs: Promise<{ readonly answered: number; readonly at: readonly number[] }>[] = []
  for (let sent = 0; sent < plan.commands; sent++) {
    const commandId = await send(plan.tags)
    const answered = monotonicMs()
    runs.push(fleet.ended(commandId, plan.nodes).then((at) => ({ answered, at })))
  }
  const ended = await Promise.all(runs)
  const latencies = ended.flatMap(({ answered, at }) => at.map((end) => end - answered))
  const perInvocation = (seconds: number) => (seconds * 1e6) / (plan.nodes * plan.commands)
  const last = ended.reduce((latest, { at }) => at.reduce((later, end) => Math.max(later, end), latest), 0)
  return {
    perSecond: (plan.nodes * plan.commands * 1000) / (last - began),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpu: perInvocation(server.use().cpuSeconds - before.server),
    agents: perInvocation(fleet.use().cpuSeconds - before.agents),
  }
}

/** One command to the end, and what the API says of it: every invocation must count as completed. */
async function command(
  { nodes, tags }: Pick<Plan, 'nodes' | 'tags'>,
  send: Send,
  fleet: Fleet,
  { root }: ServerProcess,
): Promise<void> {
  const CommandId = await send(tags)
  await fleet.ended(CommandId, nodes)
  const { Commands: [found] = [] } = await root.call('ssm', 'ListCommands', { CommandId })
  if (found?.CompletedCount === nodes && found.ErrorCount === 0) return
  throw new Error(`${found?.CompletedCount} of ${nodes} invocations are terminal, ${found?.ErrorCount} failed`)
}

function rowsOf({ nodes, commands, aim }: Plan, rounds: readonly Round[]): readonly Row[] {
  const column = (name: keyof Round) => spreadOf(rounds.map((one) => one[name]))
  const what = `${nodes} node${nodes === 1 ? '' : 's'}${commands === 1 ? '' : `, ${commands} commands at once`}`
  const rate: Row = { what, unit: 'inv/s', ours: column('perSecond') }
  return [
    aim === undefined ? rate : { ...rate, aim: { of: 'ours', atLeast: aim } },
    { what: '  p50', unit: 'ms', ours: column('p50') },
    ...(nodes === 1 ? [] : [{ what: '  p99', unit: 'ms', ours: column('p99') }]),
    // The clock of processes ticks every 10 ms: for short rounds only their sum tells something.
    { what: '  server CPU per invocation', unit: 'us', ours: nodes < 1000 ? mean(rounds, 'cpu') : column('cpu') },
    ...(nodes < 1000 ? [] : [{ what: "  agents' CPU per invocation", unit: 'us', ours: column('agents') }]),
  ]
}

function mean(rounds: readonly Round[], name: keyof Round) {
  return spreadOf([rounds.reduce((sum, one) => sum + one[name], 0) / rounds.length])
}

async function startFleet(bench: Workbench, { root, url }: ServerProcess): Promise<Fleet> {
  const ordered: { count: number; activation: { id: string; code: string } }[] = []
  for (const { tag, count } of groups) {
    const tags = { Finance: 'WebServers', Group: tag }
    ordered.push({ count, activation: await makeActivation(root, { roleName: `Nodes-${tag}`, count, tags }) })
  }
  return Fleet.start(bench, { url, region, groups: ordered })
}

async function sender(bench: Workbench, server: ServerProcess): Promise<Send> {
  const operator = await makeOperator(server)
  const connection = await Connection.open(server.url)
  bench.later(() => connection.close())
  return async (tags) => {
    const request = signedRequest(server.url, operator, 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      Targets: [{ Key: 'tag:Group', Values: [...tags] }],
      MaxConcurrency: '100%',
      MaxErrors: '100%',
      Parameters: { commands: ['uptime'] },
    })
    const { status, body } = await connection.exchange(request)
    if (status !== 200) throw new Error(`an answer of ${status}: ${body.toString()}`)
    return decodeResponse('ssm', 'SendCommand', body).Command?.CommandId ?? ''
  }
}
