import type { Blobs } from '../blobs/blobs.ts'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../domain/clock.ts'
import { errorsIn, hasRun } from '../domain/command.ts'
import type { HintOf } from '../domain/hint.ts'
import { advance, endOfGone, type Invocation, isTerminal, statusOfDetails } from '../domain/invocation.ts'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { NodeLinks } from '../domain/node-links.ts'
import { stoppedByErrors } from '../domain/rate-control.ts'
import type { Scope } from '../domain/scope.ts'
import type { Logger } from '../domain/telemetry.ts'
import type { CommandStore } from '../store/command-store.ts'
import type { Store } from '../store/store.ts'
import { Delivery } from './delivery.ts'
import { InvocationReporter } from './invocation-reporter.ts'
import { endOverdue } from './overdue.ts'
import { WorkQueue } from './work-queue.ts'

export interface DispatcherParts {
  readonly store: Pick<Store, 'commands'>
  readonly blobs: Blobs
  readonly bus: Bus
  readonly links: NodeLinks
  readonly clock: Clock
  readonly scope: Scope
  readonly log: Pick<Logger, 'error'>
  /** A UUID: cancel jobs have ids of their own. */
  newId(): string
}

const tickMs = 1_000
/** Every so many ticks all waiting nodes are looked at, in case a hint was lost. */
const sweepEvery = 30
const nodesAtOnce = 500

/**
 * Hands pending work to nodes, in time and within the limits of each command. It acts on hints and
 * looks at the store on its own every now and then, so that a lost hint costs time and nothing else.
 */
export class Dispatcher {
  /** Where channels bring what nodes say. */
  readonly reports: InvocationReports
  readonly #parts: DispatcherParts
  readonly #commands: CommandStore
  readonly #delivery: Delivery
  readonly #running = new Set<Promise<void>>()
  readonly #queue = new WorkQueue((nodeId) => this.#tracked(() => this.#delivery.serve(nodeId)))
  #unsubscribe: readonly (() => void)[] = []
  #cancelTimer = () => {}
  #ticks = 0
  /** A command may have had too many errors without anybody having drawn the conclusion. */
  #mayHaveFailed = true
  /** A node may have been deregistered without anybody having ended what was its. */
  #mayBeGone = true
  #stopped = true

  constructor(parts: DispatcherParts) {
    this.#parts = parts
    const { commands } = parts.store
    this.#commands = commands
    this.#delivery = new Delivery({ ...parts, commands })
    this.reports = new InvocationReporter({ commands, blobs: parts.blobs, delivery: this.#delivery })
  }

  start(): void {
    const { bus } = this.#parts
    this.#stopped = false
    this.#unsubscribe = [
      bus.subscribe('work', ({ nodeId }) => this.#queue.add(nodeId)),
      bus.subscribe('cancel', ({ nodeId }) => this.#run(() => this.#delivery.serveCancels(nodeId))),
      bus.subscribe('channel-open', ({ nodeId }) => this.#run(() => this.#opened(nodeId))),
      bus.subscribe('invocation', (hint) => this.#moved(hint)),
      bus.subscribe('deregistered', ({ nodeId }) => this.#run(() => this.#abandon(nodeId))),
    ]
    this.#schedule()
  }

  /** Ends the timers and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#unsubscribe = []
    this.#queue.clear()
    await this.idle()
  }

  /** Settles when everything that has been set off so far is done. */
  async idle(): Promise<void> {
    do {
      await this.#queue.idle()
      await Promise.all(this.#running)
    } while (this.#running.size > 0)
  }

  #schedule(): void {
    this.#cancelTimer = this.#parts.clock.after(tickMs, () => {
      this.#run(async () => {
        try {
          await this.#tick()
        } finally {
          if (!this.#stopped) this.#schedule()
        }
      })
    })
  }

  /** Failures end here: the next hint or sweep tries again. */
  #run(work: () => Promise<void>): void {
    void this.#tracked(work)
  }

  #tracked(work: () => Promise<void>): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    const running = work()
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error }, 'work could not be handed to a node; it is tried again'),
      )
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  async #tick(): Promise<void> {
    const { clock } = this.#parts
    // Deadlines are those that callers were told, by the clock on the wall; what is tried again is so in its time.
    for (const { commandId, nodeId } of await endOverdue(this.#commands, clock.now()))
      this.#delivery.sendCancel(commandId, nodeId)
    for (const flight of this.#delivery.flights.due(clock.ticks())) await this.#delivery.repeat(flight)
    for (const nodeId of this.#delivery.busy.due()) await this.#delivery.serve(nodeId)
    if (this.#mayBeGone) await this.#abandonGone()
    if (this.#ticks++ % sweepEvery === 0) await this.#sweep()
    if (this.#mayHaveFailed) await this.#checkFailing()
  }

  async #sweep(): Promise<void> {
    let after: string | undefined
    do {
      const page = await this.#commands.nodesWithWork({ limit: nodesAtOnce, after })
      for (const nodeId of page.items) {
        await this.#delivery.serveCancels(nodeId)
        await this.#delivery.serve(nodeId)
      }
      after = page.next
    } while (after !== undefined && !this.#stopped)
  }

  async #opened(nodeId: string): Promise<void> {
    this.#delivery.renewed(nodeId)
    await this.#delivery.serveCancels(nodeId)
    await this.#delivery.serve(nodeId)
  }

  #moved({ nodeId, commandId, details }: HintOf<'invocation'>): void {
    if (!isTerminal(statusOfDetails[details])) return
    const { flights, busy } = this.#delivery
    flights.remove({ kind: 'send', nodeId, commandId })
    flights.remove({ kind: 'cancel', nodeId, commandId })
    const hasRoomAgain = busy.mayHaveRoom(nodeId)
    this.#run(async () => {
      // Before anybody else is served: this may have been one error too many.
      if (details === 'Failed' || details === 'ExecutionTimedOut')
        await this.#orAgain(() => this.#stopIfFailing(commandId))
      await this.#delivery.freed(commandId, nodeId, hasRun(details))
      if (hasRoomAgain) await this.#delivery.serve(nodeId)
      else await this.#delivery.serveMore(nodeId)
    })
  }

  /** What an earlier server had no time for, also for nodes that are away and ask for nothing. */
  async #checkFailing(): Promise<void> {
    this.#mayHaveFailed = false
    await this.#orAgain(async () => {
      let after: string | undefined
      do {
        const page = await this.#commands.failing({ limit: nodesAtOnce, after })
        for (const commandId of page.items) await this.#stopIfFailing(commandId)
        after = page.next
      } while (after !== undefined && !this.#stopped)
    })
  }

  /** A conclusion that could not be drawn is drawn at the next tick. */
  async #orAgain(conclude: () => Promise<void>): Promise<void> {
    try {
      await conclude()
    } catch (error) {
      this.#mayHaveFailed = true
      throw error
    }
  }

  async #stopIfFailing(commandId: string): Promise<void> {
    const command = await this.#commands.findCommand(commandId)
    if (!command || command.counts.completed === command.counts.target) return
    if (!stoppedByErrors(command.maxErrors, command.counts.target, errorsIn(command.counts))) return
    const plan = await this.#delivery.plans.find(commandId)
    if (plan) plan.stopped = true
    await this.#terminateRest(commandId)
  }

  /** Those that an agent may have already are left alone until it is known whether it has. */
  async #terminateRest(commandId: string): Promise<void> {
    const commands = this.#commands
    let after: string | undefined
    do {
      const page = await commands.unfinishedNodes(commandId, { limit: nodesAtOnce, after, delivered: false })
      const nodeIds = page.items.filter((nodeId) => !this.#delivery.flights.find(nodeId, 'send', commandId))
      await commands.endUndelivered({ commandId, nodeIds, details: 'Terminated', at: this.#parts.clock.now() })
      after = page.next
    } while (after !== undefined)
  }

  /** What an earlier server had no time for between the end of a node and the end of what was its. */
  async #abandonGone(): Promise<void> {
    this.#mayBeGone = false
    try {
      await this.#endEach(() => this.#commands.unfinishedOfGone(nodesAtOnce))
    } catch (error) {
      this.#mayBeGone = true
      throw error
    }
  }

  /** A node that is gone gets nothing any more, and says nothing of what it was running. */
  #abandon(nodeId: string): Promise<void> {
    return this.#endEach(() => this.#commands.unfinished(nodeId, nodesAtOnce))
  }

  /** Ends what nodes that are gone have left, until there is none. */
  async #endEach(left: () => Promise<readonly Invocation[]>): Promise<void> {
    while (!this.#stopped) {
      const unfinished = await left()
      if (unfinished.length === 0) return
      await Promise.all(
        unfinished.map(async (invocation) => {
          const next = advance(invocation, endOfGone(invocation.status), this.#parts.clock.now(), {
            trace: 'The node was deregistered.',
          })
          // Whoever was first has changed it, and the next round sees how.
          if (next) await this.#commands.saveInvocation(invocation, next)
        }),
      )
    }
  }
}
