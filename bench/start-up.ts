import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Child } from './child.ts'
import type { Bench } from './report.ts'
import { fairlead } from './server-process.ts'
import { spreadOf } from './statistics.ts'
import { inWorkbench } from './workbench.ts'

/** From the start of the process to its word that it is ready, on an empty data folder. */
export const startUp: Bench = {
  name: 'start-up',
  title: 'Start-up: from spawn to ready on an empty data folder',
  async run({ quick }) {
    const rounds = quick ? 5 : 10
    const plain: number[] = []
    const secure: number[] = []
    const node: number[] = []
    for (let round = 0; round < rounds; round++) {
      plain.push(await untilReady(['http://127.0.0.1:0']))
      secure.push(await untilReady(['http://127.0.0.1:0', 'https://127.0.0.1:0']))
      node.push(await untilOver(process.execPath, ['-e', '0']))
    }
    const outside = spreadOf(node)
    const ratio = (times: readonly number[]) => spreadOf(times.map((time, round) => time / (node[round] ?? time)))
    const aim = { of: 'ours', atMost: 1000 } as const
    return {
      rows: [
        { what: 'http', unit: 'ms', ours: spreadOf(plain), outside, ratio: ratio(plain), aim },
        {
          what: 'http and https (makes its CA)',
          unit: 'ms',
          ours: spreadOf(secure),
          outside,
          ratio: ratio(secure),
          aim,
        },
      ],
      notes: [`${rounds} rounds; the first may fill Node's compile cache. outside = node -e 0.`],
    }
  },
}

async function untilReady(listen: readonly string[]): Promise<number> {
  return await inWorkbench(async (bench) => {
    const args = ['server', '--data-dir', bench.folder(), ...listen.flatMap((url) => ['--listen', url])]
    const began = performance.now()
    const child = await Child.start({ program: fairlead, args, readyWhen: /ready on (\S+)/ })
    const took = performance.now() - began
    bench.later(() => child.stop())
    return took
  })
}

async function untilOver(program: string, args: readonly string[]): Promise<number> {
  const began = performance.now()
  await once(spawn(program, args, { stdio: 'ignore' }), 'exit')
  return performance.now() - began
}
