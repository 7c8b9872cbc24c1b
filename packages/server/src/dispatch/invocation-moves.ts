import type { Invocation } from '../domain/invocation.ts'
import type { CommandStore } from '../store/command-store.ts'
import { RecentInvocations } from './recent-invocations.ts'

/** Answers the invocation after some news, or undefined when it is no news. Asked again if somebody else was first. */
export type Judge = (invocation: Invocation) => Invocation | undefined | Promise<Invocation | undefined>

interface Waiting {
  readonly judge: Judge
  resolve(invocation: Invocation | undefined): void
  reject(error: unknown): void
}

/**
 * Writes that wait for the disk at one time. The database takes some more and then refuses; a fleet that
 * answers all at once waits here instead.
 */
const mostAtOnce = 4_000

/**
 * Changes invocations, one change of one invocation at a time. What is reported of an invocation in one turn
 * of the event loop, or while another report of it is being committed, is judged in order and saved in one
 * write: an agent's acknowledgement and replies come within milliseconds.
 */
export class InvocationMoves {
  readonly #commands: CommandStore
  readonly #recent: RecentInvocations
  readonly #queues = new Map<string, Waiting[]>()
  /** Begins the work on invocations that came in this turn, or when there was too much already. */
  readonly #held: (() => void)[] = []
  readonly #atOnce: number
  #working = 0
  #isDue = false

  constructor(commands: CommandStore, recent = new RecentInvocations(), atOnce = mostAtOnce) {
    this.#commands = commands
    this.#recent = recent
    this.#atOnce = atOnce
  }

  /** Answers the invocation as it is after the commit; undefined when there is none. */
  move(commandId: string, nodeId: string, judge: Judge): Promise<Invocation | undefined> {
    return new Promise((resolve, reject) => {
      const key = `${commandId} ${nodeId}`
      const waiting = { judge, resolve, reject }
      const queue = this.#queues.get(key)
      if (queue) {
        queue.push(waiting)
        return
      }
      this.#queues.set(key, [waiting])
      this.#held.push(() => void this.#work(key, commandId, nodeId))
      this.#beginSoon()
    })
  }

  #beginSoon(): void {
    if (this.#isDue || this.#working >= this.#atOnce) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      const begun = this.#held.splice(0, this.#atOnce - this.#working)
      this.#working += begun.length
      for (const work of begun) work()
    })
  }

  async #work(key: string, commandId: string, nodeId: string): Promise<void> {
    for (let batch = this.#take(key); batch.length > 0; batch = this.#take(key)) {
      try {
        const invocation = await this.#save(commandId, nodeId, batch)
        for (const { resolve } of batch) resolve(invocation)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#working -= 1
    if (this.#held.length > 0) this.#beginSoon()
  }

  /** What has come since the last time; with nothing the queue is gone. */
  #take(key: string): readonly Waiting[] {
    const queue = this.#queues.get(key) ?? []
    if (queue.length === 0) this.#queues.delete(key)
    return queue.splice(0)
  }

  /** Whoever saves first wins, in this server or another; the other judges again. */
  async #save(commandId: string, nodeId: string, batch: readonly Waiting[]): Promise<Invocation | undefined> {
    let copy = this.#recent.take(commandId, nodeId)
    for (;;) {
      const invocation = copy ?? (await this.#commands.findInvocation(commandId, nodeId))
      if (!invocation) return undefined
      let next = invocation
      for (const { judge } of batch) {
        const judged = judge(next)
        next = (judged instanceof Promise ? await judged : judged) ?? next
      }
      // What is no news for a copy may be news for what the store has by now.
      const isSaved = next === invocation ? !copy : await this.#commands.saveInvocation(invocation, next)
      if (isSaved) {
        this.#recent.note(next)
        return next
      }
      copy = undefined
    }
  }
}
