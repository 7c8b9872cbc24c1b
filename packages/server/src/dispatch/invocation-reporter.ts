import type { Blobs } from '../blobs/blobs.ts'
import { afterAcknowledgement, isTaken } from '../domain/acknowledgement.ts'
import { advance, type Invocation, isTerminal, type PluginRecord } from '../domain/invocation.ts'
import type { InvocationReports, ReplyReport } from '../domain/invocation-reports.ts'
import { commandIdIn } from '../domain/job.ts'
import type { NodeJob } from '../domain/node-links.ts'
import { outputCharacters } from '../domain/output-text.ts'
import { afterReport, newSteps } from '../domain/report.ts'
import type { CommandStore } from '../store/command-store.ts'
import type { Delivery } from './delivery.ts'
import { InvocationMoves } from './invocation-moves.ts'
import { keepStep } from './step-outputs.ts'

/**
 * Writes down what nodes say of their jobs, as far as it is news. A node speaks of its own jobs only: for those of others,
 * and of nobody, there is nothing to change.
 */
export class InvocationReporter implements InvocationReports {
  readonly #blobs: Blobs
  readonly #delivery: Delivery
  readonly #moves: InvocationMoves

  constructor({ commands, blobs, delivery }: { commands: CommandStore; blobs: Blobs; delivery: Delivery }) {
    this.#blobs = blobs
    this.#delivery = delivery
    this.#moves = new InvocationMoves(commands, delivery.recent)
  }

  async acknowledged(nodeId: string, jobId: string, statusCode: string, at: Date): Promise<void> {
    const commandId = commandIdIn(jobId, nodeId)
    if (commandId === undefined) return
    const { flights, busy } = this.#delivery
    const flight = flights.find(nodeId, 'send', commandId)
    if (flight) flight.landing = true
    try {
      const now = await this.#moves.move(commandId, nodeId, (it) => afterAcknowledgement(it, { statusCode, at }))
      flights.remove({ kind: 'send', nodeId, commandId })
      if (now?.details === 'Delayed') busy.refused(nodeId)
      else if (now) busy.taken(nodeId)
      if (now && isTaken(statusCode) && wasGivenUp(now)) this.#delivery.sendCancel(commandId, nodeId)
      if (isRunning(now)) this.#delivery.holds(commandId, nodeId)
      else await this.#delivery.freed(commandId, nodeId)
    } catch (error) {
      // It is handed over again, and the agent will say that it has it.
      if (flight) flight.landing = false
      throw error
    }
    await this.#delivery.serveMore(nodeId)
  }

  async replied(nodeId: string, jobId: string, _replyId: string, content: ReplyReport, at: Date): Promise<void> {
    const commandId = commandIdIn(jobId, nodeId)
    if (commandId === undefined) return
    const reported = [...content.plugins].map(([step, report]) => ({ step, status: report.status, report }))
    const now = await this.#moves.move(commandId, nodeId, (invocation) => {
      const trace = content.documentTraceOutput.slice(0, outputCharacters)
      const after = (steps: readonly PluginRecord[]) =>
        afterReport(invocation, { documentStatus: content.documentStatus, trace, steps }, at)
      // Outputs of what is known already are not stored twice.
      const news = newSteps(invocation.plugins, reported)
      if (news.length === 0) return after([])
      return Promise.all(news.map(({ step, report }) => keepStep(this.#blobs, step, report))).then(after)
    })
    this.#delivery.flights.remove({ kind: 'send', nodeId, commandId })
    if (isRunning(now)) this.#delivery.holds(commandId, nodeId)
    if (now && content.documentStatus === 'InProgress' && wasGivenUp(now)) this.#delivery.sendCancel(commandId, nodeId)
  }

  async refused(nodeId: string, jobId: string, reason: string, at: Date): Promise<void> {
    const commandId = commandIdIn(jobId, nodeId)
    if (commandId === undefined) return
    await this.#moves.move(commandId, nodeId, (it) =>
      advance(it, 'Failed', at, { trace: reason.slice(0, outputCharacters) }),
    )
  }

  async nextJobs(nodeId: string, limit: number): Promise<readonly NodeJob[]> {
    return await this.#delivery.poll(nodeId, limit)
  }
}

function isRunning(invocation: Invocation | undefined): boolean {
  return invocation?.status === 'InProgress' || invocation?.status === 'Cancelling'
}

/** Given up before the agent said that it had it, or how it ended: the agent must not go on with it. */
function wasGivenUp({ status, details, deliveredAt }: Invocation): boolean {
  return isTerminal(status) && (deliveredAt === undefined || details === 'DeliveryTimedOut')
}
