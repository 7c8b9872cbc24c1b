import type { Clock } from '../domain/clock.ts'
import type { Invocation } from '../domain/invocation.ts'
import { cancelJob, sendJob } from '../domain/job.ts'
import type { NodeJob, NodeLinks } from '../domain/node-links.ts'
import type { Scope } from '../domain/scope.ts'
import type { CommandStore } from '../store/command-store.ts'
import { BusyNodes } from './busy-nodes.ts'
import { type CommandPlan, CommandPlans } from './command-plans.ts'
import { type Flight, Flights, waitMs } from './flights.ts'
import { RateWindows } from './rate-windows.ts'
import { RecentInvocations } from './recent-invocations.ts'
import { UndeliveredReads } from './undelivered-reads.ts'

export interface DeliveryParts {
  readonly commands: CommandStore
  readonly links: NodeLinks
  readonly clock: Clock
  readonly scope: Scope
  newId(): string
}

interface Pick {
  readonly flight: Flight
  readonly job: NodeJob
}

/** Jobs that one node has not acknowledged yet; further ones wait until it has. */
const mostUnacknowledged = 5
/** How many waiting invocations are looked at to find some that may go now. */
const looked = 50
/** An agent that polls shows no sign of having a job until it acknowledges; then others may have its place. */
const pollWaitMs = 60_000

/**
 * Hands what is pending to nodes: as much as the node takes, the command's MaxConcurrency allows
 * and nobody has cancelled. What it remembers may be lost: the queue is the store.
 */
export class Delivery {
  readonly flights = new Flights()
  readonly busy: BusyNodes
  readonly plans: CommandPlans
  /** What was handed over lately: its first report need not read it again. */
  readonly recent = new RecentInvocations()
  readonly #parts: DeliveryParts
  readonly #windows: RateWindows
  readonly #undelivered: UndeliveredReads
  readonly #serving = new Map<string, 'once' | 'again'>()
  /** Nodes whose last round left something behind for want of room. */
  readonly #more = new Set<string>()

  constructor(parts: DeliveryParts) {
    this.#parts = parts
    this.busy = new BusyNodes(() => parts.clock.ticks())
    this.plans = new CommandPlans(parts.commands)
    this.#windows = new RateWindows(parts.commands)
    this.#undelivered = new UndeliveredReads(parts.commands, () => parts.clock.now(), looked)
  }

  /** Gives a node with an open channel what it may have now. One round at a time; a call during one asks for another. */
  async serve(nodeId: string): Promise<void> {
    if (this.#serving.has(nodeId)) {
      this.#serving.set(nodeId, 'again')
      return
    }
    try {
      do {
        this.#serving.set(nodeId, 'once')
        await this.#round(nodeId)
      } while (this.#serving.get(nodeId) === 'again')
    } finally {
      this.#serving.delete(nodeId)
    }
  }

  /** Tells a node with an open channel what it has to stop. */
  async serveCancels(nodeId: string): Promise<void> {
    if (!this.#parts.links.isOpen(nodeId)) return
    for (const pick of await this.#cancels(nodeId, looked)) this.#hand(pick)
  }

  /** For a node that polls: what it has to do, what it was told before and has not acknowledged included. */
  async poll(nodeId: string, limit: number): Promise<readonly NodeJob[]> {
    const picks = [...(await this.#cancels(nodeId, limit)), ...(await this.#sends(nodeId, limit, true))]
    const dueAt = this.#parts.clock.ticks() + pollWaitMs
    const given = picks.slice(0, limit)
    for (const { flight } of picks.slice(limit)) this.#undo(flight)
    for (const { flight } of given) flight.dueAt = dueAt
    return given.map(({ job }) => job)
  }

  /** Hands one over again that was not acknowledged in time, or gives up its place when there is no channel. */
  async repeat(flight: Flight): Promise<void> {
    const { nodeId, commandId, kind } = flight
    const { links, commands, clock } = this.#parts
    if (!links.isOpen(nodeId)) return await this.#drop(flight)

    flight.dueAt = clock.ticks() + waitMs(flight.attempts)
    const plan = kind === 'send' ? await this.plans.find(commandId) : undefined
    const invocation = await commands.findInvocation(commandId, nodeId)
    // It may have been acknowledged while the store was asked.
    if (flight.landing || this.flights.find(nodeId, kind, commandId) !== flight) return
    if (!invocation || !isFor(kind, invocation)) return await this.#drop(flight)
    if (kind === 'cancel') this.#hand(this.#cancelPick(invocation, flight))
    else if (plan?.stopped) await this.#terminate(invocation)
    else if (plan && invocation.deliverBy > clock.now()) this.#hand(this.#sendPick(plan, flight))
    // Too late to run it: it keeps nothing back from others. Should the agent have it nevertheless, it says so.
    else await this.#drop(flight)
  }

  /** What was handed to a node before its channel was opened anew may be lost: it is due at once. */
  renewed(nodeId: string): void {
    this.busy.clear(nodeId)
    for (const flight of this.flights.of(nodeId)) {
      flight.attempts = 0
      flight.dueAt = Number.NEGATIVE_INFINITY
    }
  }

  /** The node has answered: there may be room for what the last round left behind. */
  async serveMore(nodeId: string): Promise<void> {
    if (this.#more.has(nodeId)) await this.serve(nodeId)
  }

  /** The node has the command: nobody else gets its place. */
  holds(commandId: string, nodeId: string): void {
    this.#windows.take(commandId, nodeId)
  }

  /** The node needs its place in the command's window no longer, `hasRun` or not. Serves those who waited for it. */
  async freed(commandId: string, nodeId: string, hasRun = false): Promise<void> {
    this.#windows.release(commandId, nodeId, hasRun)
    for (let next = this.#windows.next(commandId); next !== undefined; next = this.#windows.next(commandId)) {
      if (this.#parts.links.isOpen(next)) await this.serve(next)
    }
  }

  /** Tells the agent to stop a command that the server has given up or was too late to hold back; once, with no answer expected. */
  sendCancel(commandId: string, nodeId: string): void {
    const { links, scope, newId } = this.#parts
    links.sendJob(nodeId, cancelJob(scope.region, newId(), { commandId, nodeId }))
  }

  async #round(nodeId: string): Promise<void> {
    if (!this.#parts.links.isOpen(nodeId)) return
    const room = this.busy.room(nodeId, mostUnacknowledged) - this.flights.sends(nodeId)
    if (room <= 0) {
      this.#more.add(nodeId)
      return
    }
    for (const pick of await this.#sends(nodeId, room, false)) this.#hand(pick)
  }

  /** One that is not taken is due again like one that was not heard. */
  #hand({ flight, job }: Pick): void {
    this.#parts.links.sendJob(flight.nodeId, job)
    flight.attempts += 1
    flight.dueAt = this.#parts.clock.ticks() + waitMs(flight.attempts)
  }

  async #cancels(nodeId: string, limit: number): Promise<readonly Pick[]> {
    const cancelling = await this.#parts.commands.cancelling(nodeId, limit)
    return cancelling
      .filter(({ commandId }) => !this.flights.find(nodeId, 'cancel', commandId))
      .map((invocation) => this.#cancelPick(invocation))
  }

  async #sends(nodeId: string, limit: number, repeated: boolean): Promise<readonly Pick[]> {
    // Noted before the store is asked: one that lands meanwhile would look as if it had never been sent.
    const underWay = new Set(this.flights.of(nodeId).map(({ commandId }) => commandId))
    const waiting = await this.#undelivered.of(nodeId)
    if (waiting.length === 0) this.busy.clear(nodeId)
    this.#more.delete(nodeId)
    const picks: Pick[] = []
    for (const invocation of waiting) {
      if (picks.length >= limit) {
        this.#more.add(nodeId)
        break
      }
      const known = underWay.has(invocation.commandId)
      if (known && !repeated) continue
      const pick = await this.#mayGo(invocation, known)
      if (pick) picks.push(pick)
    }
    return picks
  }

  async #mayGo(invocation: Invocation, known: boolean): Promise<Pick | undefined> {
    const { commandId, nodeId, deliverBy } = invocation
    // Too late since it was read: it only waits to be ended.
    if (deliverBy <= this.#parts.clock.now()) return undefined
    const plan = this.plans.known(commandId) ?? (await this.plans.find(commandId))
    if (!plan) return undefined
    if (plan.stopped) return await this.#terminate(invocation)
    while (!this.#windows.isReady(plan)) await this.#windows.prepare(plan)

    const flight = this.flights.find(nodeId, 'send', commandId)
    if (flight?.landing || known !== (flight !== undefined)) return undefined
    if (!this.#windows.admit(plan, nodeId)) return undefined
    if (!flight) this.recent.note(invocation)
    return this.#sendPick(plan, flight ?? newFlight('send', commandId, nodeId))
  }

  async #terminate({ commandId, nodeId }: Invocation): Promise<undefined> {
    const at = this.#parts.clock.now()
    await this.#parts.commands.endUndelivered({ commandId, nodeIds: [nodeId], details: 'Terminated', at })
    return undefined
  }

  #sendPick(plan: CommandPlan, flight: Flight): Pick {
    this.flights.add(flight)
    return { flight, job: sendJob(this.#parts.scope.region, flight, plan.content) }
  }

  #cancelPick({ commandId, nodeId }: Invocation, flight = newFlight('cancel', commandId, nodeId)): Pick {
    this.flights.add(flight)
    const { scope, newId } = this.#parts
    return { flight, job: cancelJob(scope.region, newId(), { commandId, nodeId }) }
  }

  async #drop(flight: Flight): Promise<void> {
    this.flights.remove(flight)
    if (flight.kind === 'send') await this.freed(flight.commandId, flight.nodeId)
  }

  #undo(flight: Flight): void {
    this.flights.remove(flight)
    if (flight.kind === 'send') this.#windows.release(flight.commandId, flight.nodeId)
  }
}

function isFor(kind: Flight['kind'], { status, deliveredAt, endedAt }: Invocation): boolean {
  return kind === 'cancel' ? status === 'Cancelling' : deliveredAt === undefined && endedAt === undefined
}

function newFlight(kind: Flight['kind'], commandId: string, nodeId: string): Flight {
  return { kind, commandId, nodeId, attempts: 0, dueAt: Number.POSITIVE_INFINITY, landing: false }
}
