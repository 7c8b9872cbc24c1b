import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FleetStart, FromFleet, ToFleet } from './fleet-process.ts'
import { type ProcessUse, useOf } from './process-use.ts'
import type { Workbench } from './workbench.ts'

/** The bench's end of a process full of simulated agents. */
export class Fleet {
  readonly nodeIds: readonly string[]
  readonly #process: ChildProcess
  readonly #pid: number
  readonly #waiting = new Map<string, (at: readonly number[]) => void>()

  private constructor(child: ChildProcess, nodeIds: readonly string[]) {
    this.#process = child
    this.#pid = child.pid ?? 0
    this.nodeIds = nodeIds
    child.on('message', (message: FromFleet) => {
      if (!('ended' in message)) return
      this.#waiting.get(message.ended.commandId)?.(message.ended.at)
      this.#waiting.delete(message.ended.commandId)
    })
  }

  /** Resolves when every agent is registered and connected. */
  static async start(bench: Workbench, order: FleetStart): Promise<Fleet> {
    const child = fork(join(import.meta.dirname, 'fleet-process.ts'), { execArgv: [] })
    bench.later(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL') // there is nothing in it to lose
      await ended
    })
    child.send({ start: order } satisfies ToFleet)
    const [message] = (await once(child, 'message')) as [FromFleet] // the first is one of two
    if (!('ready' in message)) throw new Error('failed' in message ? message.failed : 'the fleet did not start')
    return new Fleet(child, message.ready)
  }

  use(): ProcessUse {
    return useOf(this.#pid)
  }

  /** When each of `count` nodes had its last acknowledgement, on the clock of `monotonicMs`. Rejects after 30 seconds. */
  ended(commandId: string, count: number): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${commandId} did not end on ${count} nodes`)), 30_000)
      this.#waiting.set(commandId, (at) => {
        clearTimeout(timer)
        resolve(at)
      })
      this.#process.send({ awaits: { commandId, count } } satisfies ToFleet)
    })
  }
}
