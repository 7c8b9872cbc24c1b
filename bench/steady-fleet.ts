import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { FleetStart } from './fleet-process.ts'
import type { FleetNews } from './steady-fleet-process.ts'
import type { Workbench } from './workbench.ts'

interface Run {
  firstBegun: number
  readonly ended: number[]
}

/** The bench's end of processes full of agents that keep themselves connected. */
export class SteadyFleet {
  readonly #news = new EventEmitter()
  readonly #runs = new Map<string, Run>()
  #opened: number[] = []
  #open = 0
  #failed = 0

  /** One process an order. */
  constructor(bench: Workbench, orders: readonly FleetStart[]) {
    for (const order of orders) {
      const child = fork(join(import.meta.dirname, 'steady-fleet-process.ts'), { execArgv: [] })
      bench.later(() => ended(child))
      child.on('message', (news: FleetNews) => this.#take(news))
      child.once('exit', () => this.#news.emit('error', new Error('a process of the fleet has ended')))
      child.send(order)
    }
    this.#news.on('error', () => undefined) // whoever waits hears it
  }

  /** Tries and health reports that have failed so far. */
  get failures(): number {
    return this.#failed
  }

  /** When channels were opened since this was last called. */
  takeOpenings(): readonly number[] {
    const opened = this.#opened
    this.#opened = []
    return opened
  }

  async untilOpen(count: number, withinMs: number): Promise<void> {
    await this.#until(
      () => this.#open >= count,
      withinMs,
      () => `${this.#open} of ${count} are connected`,
    )
  }

  async untilLost(withinMs: number): Promise<void> {
    await this.#until(
      () => this.#open === 0,
      withinMs,
      () => `${this.#open} are connected still`,
    )
  }

  /** When the first of `count` nodes had a command, and when each had the acknowledgement of its last reply. */
  async ended(commandId: string, count: number, withinMs: number): Promise<Readonly<Run>> {
    const run = this.#run(commandId)
    await this.#until(
      () => run.ended.length >= count,
      withinMs,
      () => `${run.ended.length} of ${count} have ended`,
    )
    this.#runs.delete(commandId)
    return run
  }

  async #until(isSo: () => boolean, withinMs: number, state: () => string): Promise<void> {
    const signal = AbortSignal.timeout(withinMs)
    try {
      while (!isSo()) await once(this.#news, 'news', { signal })
    } catch (cause) {
      throw new Error(`after ${withinMs / 1000} s ${state()}`, { cause })
    }
  }

  #run(commandId: string): Run {
    const run = this.#runs.get(commandId) ?? { firstBegun: Number.POSITIVE_INFINITY, ended: [] }
    this.#runs.set(commandId, run)
    return run
  }

  #take({ opened, lost, failed, begun, ended: endings }: FleetNews): void {
    this.#opened.push(...opened)
    this.#open += opened.length - lost
    this.#failed += failed
    for (const [commandId, at] of begun) {
      const run = this.#run(commandId)
      run.firstBegun = Math.min(run.firstBegun, at)
    }
    for (const [commandId, at] of endings) this.#run(commandId).ended.push(at)
    this.#news.emit('news')
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = once(child, 'exit')
  child.kill('SIGKILL') // there is nothing in it to lose
  await end
}
