import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { makeActivation } from '@fairlead/testkit/fleet'
import type { RunningServer } from '@fairlead/testkit/running-server'
import { within } from '@fairlead/testkit/within'
import type { FleetStart, FromFleet, NodeSurvey, Step, ToFleet } from './fleet-process.ts'

/** What the model lets one activation register. */
const mostOfActivation = 1_000
const tags = { fleet: 'doomed' }

/** The test's end of a process full of simulated agents, which can kill the server at a step of a command. */
export class DoomedFleet {
  readonly target = { Key: 'tag:fleet', Values: [tags.fleet] }
  readonly #process: ChildProcess
  /** For anything that all of them have to do, on a busy machine. */
  readonly #limitMs: number

  private constructor(process: ChildProcess, count: number) {
    this.#process = process
    this.#limitMs = 60_000 + 60 * count
  }

  /** Registers so many nodes; resolves when all of them are connected. */
  static async start(
    t: { after(end: () => Promise<void>): void },
    server: RunningServer,
    count: number,
  ): Promise<DoomedFleet> {
    const groups: FleetStart['groups'][number][] = []
    for (let left = count; left > 0; left -= mostOfActivation) {
      const registering = Math.min(left, mostOfActivation)
      const order = { count: registering, tags, roleName: `Nodes-${left}` }
      groups.push({ count: registering, activation: await makeActivation(server.client(), order) })
    }
    const child = fork(join(import.meta.dirname, 'fleet-process.ts'), { execArgv: [] })
    t.after(async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL') // there is nothing in it to lose
      await ended
    })
    const fleet = new DoomedFleet(child, count)
    const { url, region } = server
    await fleet.#ask({ start: { url, region, groups } }, 'connected')
    return fleet
  }

  /** Has the server killed when a step has happened on so many nodes, from now on; resolves when it was. */
  async kill(server: RunningServer, step: Step, count: number): Promise<void> {
    await this.#ask({ await: { kill: server.pid, step, count } }, 'reached')
    await server.kill() // it is dead: this waits until all that it said has been read
  }

  /** Resolves when a step has happened so often. */
  async reached(step: Step, count: number): Promise<void> {
    await this.#ask({ await: { kill: undefined, step, count } }, 'reached')
  }

  /** Resolves when all agents are connected. */
  async connected(): Promise<void> {
    await this.#ask({ tell: 'connected' }, 'connected')
  }

  async survey(): Promise<readonly NodeSurvey[]> {
    const answer = await this.#ask({ tell: 'nodes' }, 'nodes')
    return 'nodes' in answer ? answer.nodes : []
  }

  /** Resolves when a message with that member comes. */
  async #ask(order: ToFleet, member: string): Promise<FromFleet> {
    const answer = new Promise<FromFleet>((resolve, reject) => {
      const take = (message: FromFleet) => {
        if ('failed' in message) reject(new Error(`the fleet failed: ${message.failed}`))
        else if (member in message) resolve(message)
        else return
        this.#process.off('message', take)
      }
      this.#process.on('message', take)
    })
    this.#process.send(order)
    return await within(answer, `word of the fleet: ${member}`, this.#limitMs)
  }
}
