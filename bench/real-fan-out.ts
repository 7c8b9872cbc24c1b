import { type CommandRun, RealNodes } from './real-nodes.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { makeOperator, startServer } from './server-process.ts'
import { shuffled, spreadOf } from './statistics.ts'
import { reasonWithout, type Tool, type ToolRun, WarmSsh } from './warm-ssh.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** One command on many real nodes, beside what people use over SSH. */
export const realFanOut: Bench = {
  name: 'real-fan-out',
  title: 'Fan-out to real agents, beside pdsh and Ansible over warm connections of SSH: `true` on all nodes',
  async run(options) {
    const rows: Row[] = []
    const notes: string[] = []
    for (const count of options.quick ? [10] : [50, 200]) {
      // Of an agent's resident memory two thirds are the program, which all of them share; a new one still reads TypeScript.
      if (count * 50 * 2 ** 20 > process.availableMemory()) {
        notes.push(`${count} agents do not fit into the memory of this machine.`)
        continue
      }
      const result = await inWorkbench((bench) => measure(bench, options, count))
      rows.push(...result.rows)
      notes.push(...result.notes)
    }
    return {
      rows,
      notes: [
        ...new Set(notes),
        'Ours counts from SendCommand to the answer of ListCommands that all are through; every agent is a process, and runs the',
        'script. pdsh and Ansible (raw): start to end of the program, all hosts at one time, over a connection to each that is',
        'open already (ControlMaster); all hosts are one sshd. outside: the CPU of the program and of its ssh, a host;',
        "of ours, the server's. All share the cores, agents and sshd too.",
      ],
    }
  },
}

async function measure(bench: Workbench, options: BenchOptions, count: number): Promise<BenchResult> {
  const server = await startServer(bench, options)
  const operator = await makeOperator(server)
  const nodes = await RealNodes.start(bench, server, count)
  const reasons = { pdsh: await reasonWithout('pdsh'), ansible: await reasonWithout('ansible') }
  const tools = (['pdsh', 'ansible'] as const).filter((tool) => reasons[tool] === false)
  const ssh = tools.length > 0 ? await WarmSsh.start(bench, count) : undefined

  const ours: CommandRun[] = []
  const others: Record<Tool, ToolRun[]> = { pdsh: [], ansible: [] }
  const rounds = options.quick ? 3 : 7
  for (let round = -2; round < rounds; round++) {
    for (const turn of shuffled(tools.length + 1)) {
      const tool = tools[turn]
      if (tool === undefined) {
        const run = await nodes.run(operator)
        if (round >= 0) ours.push(run)
      } else if (ssh !== undefined && (tool === 'pdsh' || round % 3 === 2 || round < 0)) {
        // Ansible takes seconds: less often is enough.
        const run = await ssh.run(tool)
        if (round >= 0) others[tool].push(run)
      }
    }
  }
  return {
    rows: [
      ...rowsOf(count, ours, others),
      { what: '  RSS of an agent', unit: 'MiB', ours: spreadOf([nodes.residentBytes / count / 2 ** 20]) },
      {
        what: '  its part of the memory (PSS)',
        unit: 'MiB',
        ours: spreadOf([nodes.proportionalBytes / count / 2 ** 20]),
      },
    ],
    notes: Object.values(reasons).flatMap((reason) => (reason === false ? [] : [`${reason}.`])),
  }
}

function rowsOf(
  count: number,
  ours: readonly CommandRun[],
  { pdsh, ansible }: Record<Tool, ToolRun[]>,
): readonly Row[] {
  const seconds = ours.map((run) => run.seconds * 1000)
  const serverCpu = ours.map((run) => (run.serverCpuSeconds * 1e6) / count)
  const took = (runs: readonly ToolRun[]) => runs.map((run) => run.seconds * 1000)
  const cpu = (runs: readonly ToolRun[]) => runs.map((run) => (run.cpuSeconds * 1e6) / count)
  const agentsCpu = spreadOf(ours.map((run) => (run.agentsCpuSeconds * 1e6) / count))
  return [
    { what: `${count} nodes, beside pdsh`, unit: 'ms', ...beside(seconds, took(pdsh), 0.5) },
    { what: '  server CPU, beside pdsh', unit: 'us/node', ...beside(serverCpu, cpu(pdsh), 0.1) },
    { what: '  time, beside Ansible', unit: 'ms', ...beside(seconds, took(ansible)) },
    { what: '  server CPU, beside Ansible', unit: 'us/node', ...beside(serverCpu, cpu(ansible)) },
    { what: '  CPU of an agent, without the script', unit: 'us', ours: agentsCpu },
  ]
}

/** The ratio is that of the medians: what is measured less often has no round of its own for each of ours. */
function beside(ours: readonly number[], others: readonly number[], atMost?: number): Omit<Row, 'what' | 'unit'> {
  if (others.length === 0) return { ours: spreadOf(ours) }
  const ratio = spreadOf(ours).median / spreadOf(others).median
  return {
    ours: spreadOf(ours),
    outside: spreadOf(others),
    ratio: spreadOf([ratio]),
    ...(atMost === undefined ? {} : { aim: { of: 'ratio', atMost } }),
  }
}
