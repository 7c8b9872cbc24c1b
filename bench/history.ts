import { eventually } from '@fairlead/testkit/eventually'
import { registerFleet } from '@fairlead/testkit/fleet'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { Connection } from './connection.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { makeOperator, region, type ServerProcess, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { percentile, spreadOf } from './statistics.ts'
import { type HistorySize, type Specimen, storeHistory } from './stored-history.ts'
import { type Question, storedQuestions } from './stored-questions.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** Listings of a server that keeps a month of a large fleet's commands. */
export const history: Bench = {
  name: 'history',
  title: 'Listings with a million stored invocations, of 10,000 nodes: p99 of calls one after the other',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

const whole: HistorySize = { nodes: 10_000, wide: 90, narrow: 10_000, sessions: 100_000 }
const tenth: HistorySize = { nodes: 10_000, wide: 9, narrow: 1_000, sessions: 10_000 }
const slowMs = 20

interface Figures {
  readonly question: Question
  /** Milliseconds, one of each round. */
  readonly p50: readonly number[]
  readonly p99: readonly number[]
  /** Milliseconds of the server's CPU a call. */
  readonly cpu: number
}

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const dataDir = bench.folder()
  const specimen = await runOne(dataDir)
  const began = performance.now()
  const stored = storeHistory(dataDir, options.quick ? tenth : whole, specimen, new Date())
  const seconds = Math.round((performance.now() - began) / 1000)
  const server = await startServer(bench, options, dataDir)
  const operator = await makeOperator(server)
  const connection = await Connection.open(server.url)
  bench.later(() => connection.close())
  const rounds = 3
  const calls = options.quick ? 20 : 100
  const measured: Figures[] = []
  for (const question of storedQuestions(stored, specimen)) {
    const request = signedRequest(server.url, operator, question.operation, question.input)
    measured.push(await figures(connection, request, { question, server, rounds, calls }))
  }
  return {
    rows: measured.flatMap(rowsOf),
    notes: [
      `${stored.invocations} invocations, written into the tables in ${seconds} s and not run; ${rounds} rounds of ${calls} calls, one`,
      'caller, an IAM user. None is: the filter passes nothing, so that as much as there is has to be looked at.',
      "Every invocation has the outputs of one that ran, in one file. CPU is the server's, a call.",
    ],
  }
}

async function figures(
  connection: Connection,
  request: Buffer,
  { question, server, rounds, calls }: { question: Question; server: ServerProcess; rounds: number; calls: number },
): Promise<Figures> {
  const times: number[][] = []
  let before = 0
  for (let round = -1; round < rounds; round++) {
    if (round === 0) before = server.use().cpuSeconds
    const took: number[] = []
    for (let call = 0; call < (round < 0 ? 20 : calls); call++) {
      const sent = performance.now()
      const { status, body } = await connection.exchange(request)
      took.push(performance.now() - sent)
      if (status !== 200) throw new Error(`${question.operation} ${question.what}: ${status} ${body.toString()}`)
    }
    if (round >= 0) times.push(took)
  }
  return {
    question,
    p50: times.map((took) => percentile(took, 50)),
    p99: times.map((took) => percentile(took, 99)),
    cpu: ((server.use().cpuSeconds - before) * 1000) / (rounds * calls),
  }
}

function rowsOf(
  { question: { operation, what }, p50, p99, cpu }: Figures,
  index: number,
  all: readonly Figures[],
): readonly Row[] {
  const isFirst = all[index - 1]?.question.operation !== operation
  const name = isFirst ? `${operation} ${what}` : `  ${what}`
  const head: Row = { what: name, unit: 'ms p99', ours: spreadOf(p99), aim: { of: 'ours', atMost: slowMs } }
  const isSlow = percentile(p99, 50) > slowMs / 2
  return [
    head,
    ...(isSlow ? [{ what: '    p50', unit: 'ms', ours: spreadOf(p50) }] : []),
    ...(isSlow ? [{ what: '    CPU', unit: 'ms', ours: spreadOf([cpu]) }] : []),
  ]
}

/** A command that one simulated node has run, to be copied. */
async function runOne(dataDir: string): Promise<Specimen> {
  return await inWorkbench(async (bench) => {
    const server = await startServer(bench, { profile: undefined }, dataDir)
    const [node] = await registerFleet(server.root, {
      url: server.url,
      region,
      count: 1,
      tags: { Finance: 'WebServers' },
    })
    if (node === undefined) throw new Error('no node')
    const agent = new SimulatedAgent(node)
    bench.later(() => agent.cut())
    await agent.connect()
    const { Command } = await server.root.call('ssm', 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      Targets: [{ Key: 'tag:Finance', Values: ['WebServers'] }],
      Parameters: { commands: ['uptime'] },
    })
    const CommandId = Command?.CommandId ?? ''
    await eventually(async () => {
      const { Status } = await server.root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: node.nodeId })
      return Status === 'Success' ? true : undefined
    }, 'the command to be copied')
    return { commandId: CommandId, nodeId: node.nodeId }
  })
}
