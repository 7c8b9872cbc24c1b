import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { registerFleet } from '@fairlead/testkit/fleet'
import { reapedSeconds } from './process-use.ts'
import type { Bench, BenchOptions, BenchResult, Row } from './report.ts'
import { fairlead, region, startServer } from './server-process.ts'
import { percentile, spreadOf } from './statistics.ts'
import { inWorkbench, type Workbench } from './workbench.ts'

/** How long a person waits for `fairlead`, from the start of the program to its end. */
export const answers: Bench = {
  name: 'answers',
  title: '`fairlead` answers: from spawn to exit, beside an empty program of Node',
  run: (options) => inWorkbench((bench) => measure(bench, options)),
}

async function measure(bench: Workbench, options: BenchOptions): Promise<BenchResult> {
  const server = await startServer(bench, options)
  await registerFleet(server.root, { url: server.url, region, count: 50, tags: { Finance: 'WebServers' } })
  const environment = {
    ...process.env,
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: server.rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.rootCredentials.secretAccessKey,
  }
  const asked = [['--version'], ['--help'], ['run', '--help'], ['nodes'], ['commands'], ['documents']]
  const rounds = options.quick ? 7 : 20
  const times = asked.map((): number[] => [])
  const cpu = asked.map(() => 0)
  const empty: number[] = []
  for (let round = -1; round < rounds; round++) {
    const node = await untilOver(process.execPath, ['-e', '0'], environment)
    if (round >= 0) empty.push(node)
    for (const [index, words] of asked.entries()) {
      const before = reapedSeconds()
      const took = await untilOver(fairlead, words, environment)
      if (round < 0) continue
      times[index]?.push(took)
      cpu[index] = (cpu[index] ?? 0) + reapedSeconds() - before
    }
  }
  return {
    rows: asked.flatMap((words, index): readonly Row[] => {
      const ours = times[index] ?? []
      return [
        {
          what: `fairlead ${words.join(' ')}`,
          unit: 'ms',
          ours: spreadOf(ours),
          outside: spreadOf(empty),
          ratio: spreadOf([percentile(ours, 50) / percentile(empty, 50)]),
          aim: { of: 'ours', atMost: 150 },
        },
        { what: '  CPU', unit: 'ms', ours: spreadOf([((cpu[index] ?? 0) * 1000) / rounds]) },
      ]
    }),
    notes: [
      `${rounds} rounds; nodes are 50. outside = node -e 0. The first round, which fills Node's compile cache, does not count.`,
    ],
  }
}

async function untilOver(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  let errors = ''
  child.stderr.on('data', (text: Buffer) => {
    errors = `${errors}${text}`.slice(-1_000)
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${errors}`)
  return performance.now() - began
}
