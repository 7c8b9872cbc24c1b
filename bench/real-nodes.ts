import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@fairlead/testkit/eventually'
import { makeActivation } from '@fairlead/testkit/fleet'
import { decodeResponse } from '@fairlead/wire/codec'
import { Child } from './child.ts'
import { Connection } from './connection.ts'
import { proportionalBytesOf, useOf } from './process-use.ts'
import { fairlead, type makeOperator, region, type ServerProcess } from './server-process.ts'
import { signedRequest } from './signed-request.ts'
import type { Workbench } from './workbench.ts'

/** Agents that are started at one time: each takes half a second of a core. */
const startedAtOnce = 4
/** Between two questions whether a command is through: often enough for the clock, seldom enough for the CPU of the server. */
const askEveryMs = 20

/** What one command to all nodes took. */
export interface CommandRun {
  /** From before SendCommand to the answer that says that all are through. */
  readonly seconds: number
  readonly serverCpuSeconds: number
  readonly agentsCpuSeconds: number
}

/** Agents of ours, each a process that really runs what it is sent. */
export class RealNodes {
  readonly #pids: readonly number[]
  readonly #server: ServerProcess

  private constructor(server: ServerProcess, pids: readonly number[]) {
    this.#server = server
    this.#pids = pids
  }

  static async start(bench: Workbench, server: ServerProcess, count: number): Promise<RealNodes> {
    const { root, url } = server
    const { id, code } = await makeActivation(root, { count, tags: { Finance: 'WebServers' } })
    const agents: Child[] = []
    let begun = 0
    const start = async () => {
      while (begun++ < count) {
        const args = ['agent', '--endpoint', url, '--region', region, '--state-dir', bench.folder()]
        const words = [...args, '--activation-id', id, '--activation-code', code]
        agents.push(await Child.start({ program: fairlead, args: words, readyWhen: /(mi-[0-9a-f]{17})/ }))
      }
    }
    // Together, since each may take a second to end.
    bench.later(async () => void (await Promise.all(agents.map((agent) => agent.stop()))))
    await Promise.all(Array.from({ length: Math.min(startedAtOnce, count) }, start))
    await eventually(
      async () => {
        const { Summary = [] } = await root.call('ssm', 'ListNodesSummary', {
          Aggregators: [{ AggregatorType: 'Count', TypeName: 'Instance', AttributeName: 'PlatformType' }],
          Filters: [{ Key: 'InstanceStatus', Values: ['Active'], Type: 'Equal' }],
        })
        return Summary.some((found) => Number(found['Count']) === count) ? true : undefined
      },
      `${count} agents online`,
      60_000,
    )
    return new RealNodes(
      server,
      agents.map(({ pid }) => pid),
    )
  }

  get residentBytes(): number {
    return this.#pids.reduce((sum, pid) => sum + useOf(pid).residentBytes, 0)
  }

  get proportionalBytes(): number {
    return this.#pids.reduce((sum, pid) => sum + proportionalBytesOf(pid), 0)
  }

  /** `true` on all of them. Rejects when one failed, or when they take more than a minute. */
  async run(operator: Awaited<ReturnType<typeof makeOperator>>): Promise<CommandRun> {
    // Each time anew: other tools have their turn for longer than the server keeps an idle connection.
    const connection = await Connection.open(this.#server.url)
    try {
      return await this.#runOver(connection, operator)
    } finally {
      connection.close()
    }
  }

  async #runOver(connection: Connection, operator: Awaited<ReturnType<typeof makeOperator>>): Promise<CommandRun> {
    const { url, use } = this.#server
    const agentsBefore = this.#agentsCpuSeconds()
    const serverBefore = use().cpuSeconds
    const began = performance.now()
    const request = signedRequest(url, operator, 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      Targets: [{ Key: 'tag:Finance', Values: ['WebServers'] }],
      MaxConcurrency: '100%',
      MaxErrors: '100%',
      Parameters: { commands: ['true'] },
    })
    const { status, body } = await connection.exchange(request)
    if (status !== 200) throw new Error(`an answer of ${status}: ${body.toString()}`)
    const CommandId = decodeResponse('ssm', 'SendCommand', body).Command?.CommandId ?? ''
    const question = signedRequest(url, operator, 'ListCommands', { CommandId })
    for (;;) {
      const { Commands: [found] = [] } = decodeResponse(
        'ssm',
        'ListCommands',
        (await connection.exchange(question)).body,
      )
      if (found?.ErrorCount !== 0) throw new Error(`${found?.ErrorCount} nodes failed`)
      if (found.CompletedCount === this.#pids.length) break
      if (performance.now() - began > 60_000) throw new Error(`${found.CompletedCount} are through after a minute`)
      await pause(askEveryMs)
    }
    return {
      seconds: (performance.now() - began) / 1000,
      serverCpuSeconds: use().cpuSeconds - serverBefore,
      agentsCpuSeconds: this.#agentsCpuSeconds() - agentsBefore,
    }
  }

  /** Without the scripts that they ran. */
  #agentsCpuSeconds(): number {
    return this.#pids.reduce((sum, pid) => sum + useOf(pid).cpuSeconds, 0)
  }
}
