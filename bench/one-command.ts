import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@fairlead/testkit/eventually'
import { makeActivation } from '@fairlead/testkit/fleet'
import { decodeResponse } from '@fairlead/wire/codec'
import { Child } from './child.ts'
import { Connection } from './connection.ts'
import type { Bench, BenchOptions, BenchResult } from './report.ts'
import { fairlead, makeOperator, region, type ServerProcess, startServer } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import { percentile, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** One command after the other on a real agent, from SendCommand to the first GetCommandInvocation that says Success. */
export const oneCommand: Bench = {
  name: 'one-command',
  title: 'One command at a time on our agent: SendCommand to Success, script `true`',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const server = await startServer(bench, options)
  const nodeId = await startAgent(bench, server)
  const operator = await makeOperator(server)
  const connection = await Connection.open(server.url)
  bench.later(() => connection.close())
  const call = (operation: 'SendCommand' | 'GetCommandInvocation', input: object) =>
    connection.exchange(signedRequest(server.url, operator, operation, input as never))

  const run = async (): Promise<number> => {
    const began = performance.now()
    const sent = await call('SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [nodeId],
      Parameters: { commands: ['true'] },
    })
    if (sent.status !== 200) throw new Error(sent.body.toString())
    const CommandId = decodeResponse('ssm', 'SendCommand', sent.body).Command?.CommandId ?? ''
    for (;;) {
      const { body } = await call('GetCommandInvocation', { CommandId, InstanceId: nodeId })
      const { Status } = decodeResponse('ssm', 'GetCommandInvocation', body)
      if (Status === 'Success') return performance.now() - began
      if (Status !== 'Pending' && Status !== 'InProgress') throw new Error(`the command ended in ${Status}`)
      if (performance.now() - began > 10_000) throw new Error('the command did not end')
      await pause(1)
    }
  }

  for (let warmUp = 0; warmUp < 30; warmUp++) await run()
  const rounds = 5
  const each = options.quick ? 20 : 60
  const ours: (readonly number[])[] = []
  const shell: (readonly number[])[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await timesOf(each, run))
    shell.push(await timesOf(each, spawnShell))
  }
  const at = (percent: number) => ({
    unit: 'ms',
    ours: spreadOf(ours.map((times) => percentile(times, percent))),
    outside: spreadOf(shell.map((times) => percentile(times, percent))),
    ratio: spreadOf(
      ours.map((times, round) => percentile(times, percent) / percentile(shell[round] ?? times, percent)),
    ),
  })
  return {
    rows: [
      { what: 'p50', ...at(50), aim: { of: 'ours', atMost: 10 } },
      { what: 'p90', ...at(90) },
    ],
    notes: [
      `${rounds} rounds of ${each}. The client asks GetCommandInvocation every millisecond, which is in the figure.`,
      "outside = spawn('sh', ['-c', 'true']) by Node, to its exit.",
    ],
  }
}

async function startAgent(bench: Workbench, { root, url }: ServerProcess): Promise<string> {
  const { id, code } = await makeActivation(root, { count: 1, tags: { Finance: 'WebServers' } })
  const args = ['agent', '--endpoint', url, '--region', region, '--state-dir', bench.folder()]
  const agent = await Child.start({
    program: fairlead,
    args: [...args, '--activation-id', id, '--activation-code', code],
    readyWhen: /(mi-[0-9a-f]{17})/,
  })
  bench.later(() => agent.stop())
  await eventually(async () => {
    const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
    return InstanceInformationList.some(({ PingStatus }) => PingStatus === 'Online') ? true : undefined
  }, 'the agent online')
  return agent.said
}

async function timesOf(count: number, run: () => Promise<number>): Promise<readonly number[]> {
  const times: number[] = []
  for (let index = 0; index < count; index++) times.push(await run())
  return times
}

async function spawnShell(): Promise<number> {
  const began = performance.now()
  await once(spawn('sh', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] }), 'close')
  return performance.now() - began
}
