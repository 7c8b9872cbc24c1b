import type { ApiClient } from '../api/api-client.ts'
import type { Ask } from '../api/keep-asking.ts'
import { NoAnswer } from '../api/no-answer.ts'
import { CliError } from '../cli-error.ts'
import { listNodes } from '../nodes/list-nodes.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CommandOrder } from './command-order.ts'
import { exitStatusOf } from './exit-status.ts'
import { followCommand } from './follow-command.ts'
import { namedNodes } from './named-nodes.ts'
import type { Batch } from './node-choice.ts'
import { OutcomeGroups } from './outcome-groups.ts'
import { limitOf } from './rate-limit.ts'
import { readOutcomes } from './read-outcomes.ts'
import type { Rehearsal } from './read-rehearsal.ts'
import type { RunProgress, RunView } from './run-view.ts'
import { undeliveredOf } from './undelivered.ts'

export interface BatchedRunParts {
  readonly ask: Ask
  client(): Promise<ApiClient>
  readonly order: CommandOrder
  readonly batches: readonly Batch[]
  readonly rehearsal: Rehearsal
  readonly view: RunView
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
  /** When the server did not answer last, on the clock of `elapsed`. */
  lastAbsence(): number
}

/**
 * An order on its nodes. Where it takes several commands, because the API takes no more names at once, they go out one after
 * another, under one limit of errors.
 */
export class BatchedRun {
  readonly #parts: BatchedRunParts
  readonly #commandIds: string[] = []
  readonly #startedAt: number
  #deliverBy: Date | undefined
  #isCancelled = false
  #isOver = false
  /** What was not sent. */
  #left: readonly Batch[] = []
  /** The command that is being sent. */
  #sending: Promise<unknown> = Promise.resolve()

  constructor(parts: BatchedRunParts) {
    this.#parts = parts
    this.#startedAt = parts.surroundings.elapsed()
  }

  get commandIds(): readonly string[] {
    return this.#commandIds
  }

  /** Sends to all nodes and waits for none. */
  async sendAll(onSent: (commandId: string) => void): Promise<void> {
    for (const batch of this.#parts.batches) onSent((await this.#sendNext(batch, 0)) ?? '')
  }

  /** Sends it all and shows how it goes on. Nodes that are offline are waited for only `forAll`. */
  async follow(forAll: boolean): Promise<void> {
    const { ask, batches, order, view, surroundings, signal, lastAbsence } = this.#parts
    let progress: RunProgress = { total: this.#total, completed: 0, failed: 0, left: [] }
    let sent = 0
    for (const batch of batches) {
      if (sent > 0 && (this.#isCancelled || progress.failed > limitOf(order.MaxErrors ?? '0', this.#total))) break
      const commandId = await this.#sendNext(batch, progress.failed)
      if (commandId === undefined) break
      sent++
      const names = await this.#names(commandId)
      const offline = forAll ? undefined : await this.#offline(names)
      const before = progress
      progress = await followCommand(commandId, {
        ask,
        surroundings,
        signal,
        view,
        offline,
        names,
        before,
        lastAbsence,
      })
    }
    this.#left = batches.slice(sent)
  }

  /** All that has been sent or is being sent; nothing more is sent then. Throws CliError for what could not be cancelled. */
  async cancel(): Promise<void> {
    this.#isCancelled = true
    // Whoever sends hears of its failure.
    await this.#sending.catch(() => undefined)
    const { ask } = this.#parts
    const asked = await Promise.allSettled(
      this.#commandIds.map((CommandId) => ask((api) => api.ssm('CancelCommand', { CommandId }))),
    )
    const left = this.#commandIds.filter((_, index) => asked[index]?.status === 'rejected')
    if (left.length === 0) return
    const cause: unknown = asked.find((one) => one.status === 'rejected')?.reason
    throw new CliError(`Not cancelled: ${left.join(', ')}`, { cause })
  }

  /** Shows the result of what was followed; answers the exit status. */
  async finish(): Promise<number> {
    this.#isOver = true
    const { ask, view, surroundings } = this.#parts
    const groups = new OutcomeGroups()
    for (const commandId of this.#commandIds) {
      for await (const outcome of readOutcomes(ask, commandId)) {
        groups.add(outcome)
        view.outcome(outcome)
      }
    }
    const unsent = (await Promise.all(this.#left.map((batch) => namedNodes(ask, batch)))).flat()
    const status = exitStatusOf(groups, groups.count + unsent.length)
    const tookMs = surroundings.elapsed() - this.#startedAt
    const deliverBy = this.#deliverBy
    const isTooLate = deliverBy !== undefined && deliverBy <= surroundings.now()
    view.finish({ commandIds: this.#commandIds, groups, unsent, deliverBy, isTooLate, tookMs }, status)
    return status
  }

  get #total(): number {
    const { nodes, moreNodes } = this.#parts.rehearsal
    return nodes.length + moreNodes
  }

  #sendNext(batch: Batch, failed: number): Promise<string | undefined> {
    const sending = this.#send(batch, failed)
    this.#sending = sending
    return sending
  }

  /** Undefined when somebody has cancelled before it went out. */
  async #send(batch: Batch, failed: number): Promise<string | undefined> {
    const input = { ...this.#parts.order, ...this.#limits(failed), ...batch }
    const api = await this.#parts.client()
    if (this.#isCancelled) return undefined
    const { Command = {} } = await api.ssm('SendCommand', input).catch((cause: unknown) => {
      if (!(cause instanceof NoAnswer)) throw cause
      throw new CliError('Nobody knows whether the command was sent: "fairlead commands" shows it if it was.', {
        cause,
      })
    })
    const { CommandId = '', RequestedDateTime, TimeoutSeconds = 0, TargetCount = 0 } = Command
    this.#commandIds.push(CommandId)
    if (RequestedDateTime !== undefined) {
      this.#deliverBy = new Date(RequestedDateTime.getTime() + TimeoutSeconds * 1000)
    }
    this.#parts.view.sent(CommandId, TargetCount, undeliveredOf(Command))
    return CommandId
  }

  /** Of several commands each gets what the whole may have: percents would be of its own nodes. */
  #limits(failed: number): Pick<CommandOrder, 'MaxConcurrency' | 'MaxErrors'> {
    const { batches, order } = this.#parts
    if (batches.length === 1) return {}
    const { MaxConcurrency, MaxErrors = '0' } = order
    const errors = { MaxErrors: String(Math.max(0, limitOf(MaxErrors, this.#total) - failed)) }
    if (MaxConcurrency === undefined) return errors
    return { ...errors, MaxConcurrency: String(Math.max(1, limitOf(MaxConcurrency, this.#total))) }
  }

  /** Of a large fleet they come while it runs, if then. */
  async #names(commandId: string): Promise<ReadonlyMap<string, string>> {
    const { rehearsal, view } = this.#parts
    const names = new Map<string, string>()
    const isLarge = rehearsal.moreNodes > 0 && !rehearsal.counts['Waits']
    if (this.#total === 1 || (isLarge && view.wantsNames === 'last')) return names
    const read = this.#readNames(commandId, names)
    if (!isLarge || view.wantsNames === 'first') await read
    // Ids will do where names cannot be had; what is wrong shows in what has to be had.
    else read.catch(() => names)
    return names
  }

  async #readNames(commandId: string, names: Map<string, string>): Promise<void> {
    for await (const { nodeId, name } of readOutcomes(this.#parts.ask, commandId, false)) {
      if (this.#isOver) return
      names.set(nodeId, name)
    }
  }

  /** The rehearsal names a thousand nodes; in a larger fleet those are looked for that are offline now. */
  async #offline(names: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
    const { ask, rehearsal } = this.#parts
    const { nodes, moreNodes, counts } = rehearsal
    if (moreNodes === 0) return new Set(nodes.filter(({ outcome }) => outcome === 'Waits').map(({ nodeId }) => nodeId))
    const offline = new Set<string>()
    if (!counts['Waits']) return offline
    for await (const { InstanceId = '', PingStatus } of listNodes(ask)) {
      if (PingStatus !== 'Online' && names.has(InstanceId)) offline.add(InstanceId)
    }
    return offline
  }
}
