import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@fairlead/testkit/eventually'
import { registerFleet } from '@fairlead/testkit/fleet'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { Child } from './child.ts'
import { Connection } from './connection.ts'
import { type LoadResult, load } from './load.ts'
import { type ProcessUse, useOf } from './process-use.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { makeOperator, region, type ServerProcess, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { shuffled, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

const connections = 16
const nodeCount = 10

/** Signed and authorised reads through the whole server, beside a handler that only checks the same signatures. */
export const apiReads: Bench = {
  name: 'api-reads',
  title: 'API reads: signed, authorised, 16 connections',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

interface Contender {
  readonly url: string
  readonly request: Buffer
  use(): ProcessUse
}

interface Case {
  readonly what: string
  readonly ours: Contender
  readonly bare: Contender
}

interface Figures extends LoadResult {
  /** Microseconds of the server's CPU, all threads, per request. */
  readonly cpu: number
}

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const cases = await prepare(bench, options)
  const rounds = 5
  const milliseconds = options.quick ? 400 : 1_000
  const contenders = cases.flatMap(({ ours, bare }) => [ours, bare])
  // V8 needs some thousands of requests to settle: measured cold, a server looks several times slower than it is.
  for (const contender of contenders) await figures(contender, 4 * milliseconds)

  const measured = contenders.map((): Figures[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const index of shuffled(contenders.length)) {
      const contender = contenders[index]
      if (contender !== undefined) measured[index]?.push(await figures(contender, milliseconds))
    }
  }
  const rows = cases.flatMap((one, index) => rowsOf(one.what, measured[2 * index] ?? [], measured[2 * index + 1] ?? []))
  return {
    rows,
    notes: [
      `${rounds} rounds in random order, ${milliseconds} ms each. Each request is signed once and sent again: every time it is`,
      'verified anew, and neither side remembers requests. outside = bare node:http in a process of its own: SigV4',
      'with a cached key, JSON.parse, a fixed answer of the same size. The load runs on the same machine and may',
      'bound the faster of the two; the ratio of CPU time (outside / ours) is free of that.',
    ],
  }
}

async function figures({ url, request, use }: Contender, milliseconds: number): Promise<Figures> {
  const before = use().cpuSeconds
  const result = await load({ url, request, connections, milliseconds })
  return { ...result, cpu: ((use().cpuSeconds - before) * 1e6) / result.requests }
}

function rowsOf(what: string, ours: readonly Figures[], bare: readonly Figures[]): readonly Row[] {
  const column = (of: readonly Figures[], name: keyof Figures) => spreadOf(of.map((one) => one[name]))
  const perRound = (ratio: (mine: Figures, other: Figures) => number) =>
    spreadOf(ours.flatMap((mine, round) => (bare[round] === undefined ? [] : [ratio(mine, bare[round])])))
  const pair = (name: keyof Figures) => ({ ours: column(ours, name), outside: column(bare, name) })
  return [
    {
      what,
      unit: 'req/s',
      ...pair('perSecond'),
      ratio: perRound((mine, other) => mine.perSecond / other.perSecond),
      aim: { of: 'ratio', atLeast: 0.7 },
    },
    { what: '  CPU per request', unit: 'us', ...pair('cpu'), ratio: perRound((mine, other) => other.cpu / mine.cpu) },
    { what: '  p50', unit: 'ms', ...pair('p50') },
    { what: '  p99', unit: 'ms', ...pair('p99') },
  ]
}

async function prepare(bench: Workbench, options: BenchOptions): Promise<readonly Case[]> {
  const server = await startServer(bench, options)
  const { InstanceId, CommandId } = await makeHistory(bench, server)
  const operator = await makeOperator(server)
  const requestsOf = (url: string, credentials: typeof operator) => [
    signedRequest(url, credentials, 'DescribeInstanceInformation', { MaxResults: 10 }),
    signedRequest(url, credentials, 'GetCommandInvocation', { CommandId, InstanceId }),
  ]
  const [describe, get] = requestsOf(server.url, operator)
  const [, getAsRoot] = requestsOf(server.url, server.rootCredentials)
  if (describe === undefined || get === undefined || getAsRoot === undefined) throw new Error('no requests')

  const settings = join(bench.folder(), 'settings.json')
  const bodies = {
    'AmazonSSM.DescribeInstanceInformation': await bodyOf(server.url, describe),
    'AmazonSSM.GetCommandInvocation': await bodyOf(server.url, get),
  }
  writeFileSync(settings, JSON.stringify({ ...operator, bodies }))
  const bare = await Child.start({
    program: process.execPath,
    args: [join(import.meta.dirname, 'bare-handler.ts'), settings],
    readyWhen: /ready on (\S+)/,
  })
  bench.later(() => bare.stop())
  const [bareDescribe, bareGet] = requestsOf(bare.said, operator)
  if (bareDescribe === undefined || bareGet === undefined) throw new Error('no requests')

  const ours = (request: Buffer): Contender => ({ url: server.url, request, use: server.use })
  const outside = (request: Buffer): Contender => ({ url: bare.said, request, use: () => useOf(bare.pid) })
  return [
    { what: `DescribeInstanceInformation (${nodeCount})`, ours: ours(describe), bare: outside(bareDescribe) },
    { what: 'GetCommandInvocation', ours: ours(get), bare: outside(bareGet) },
    { what: 'GetCommandInvocation, as root', ours: ours(getAsRoot), bare: outside(bareGet) },
  ]
}

/** Ten nodes, and a command that has run on one of them. */
async function makeHistory(bench: Workbench, { root, url }: ServerProcess) {
  const nodes = await registerFleet(root, { url, region, count: nodeCount, tags: { Finance: 'WebServers' } })
  const [node] = nodes
  if (node === undefined) throw new Error('no node')
  const agent = new SimulatedAgent(node)
  await agent.connect()
  bench.later(() => agent.cut())
  const InstanceId = node.nodeId
  const { Command } = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [InstanceId],
    Parameters: { commands: ['uptime'] },
  })
  const CommandId = Command?.CommandId ?? ''
  await eventually(async () => {
    const { Status } = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
    return Status === 'Success' ? true : undefined
  }, 'the first command')
  return { InstanceId, CommandId }
}

async function bodyOf(url: string, request: Buffer): Promise<string> {
  const connection = await Connection.open(url)
  const { status, body } = await connection.exchange(request)
  connection.close()
  if (status !== 200) throw new Error(`an answer of ${status}: ${body.toString()}`)
  return body.toString()
}
