import type { Blobs } from '../blobs/blobs.ts'
import { afterAcknowledgement } from '../domain/acknowledgement.ts'
import { advance, type Invocation, isTerminal } from '../domain/invocation.ts'
import type { InvocationReports, ReplyReport } from '../domain/invocation-reports.ts'
import { commandIdIn } from '../domain/job.ts'
import type { NodeJob } from '../domain/node-links.ts'
import { afterReport, newSteps } from '../domain/report.ts'
import type { CommandStore } from '../store/command-store.ts'
import type { Delivery } from './delivery.ts'
import { keepStep } from './step-outputs.ts'

type Judge = (invocation: Invocation) => Invocation | undefined

/** Writes down what nodes say of their jobs, as far as it is news. */
export class InvocationReporter implements InvocationReports {
  readonly #commands: CommandStore
  readonly #blobs: Blobs
  readonly #delivery: Delivery

  constructor({ commands, blobs, delivery }: { commands: CommandStore; blobs: Blobs; delivery: Delivery }) {
    this.#commands = commands
    this.#blobs = blobs
    this.#delivery = delivery
  }

  async acknowledged(nodeId: string, jobId: string, statusCode: string, at: Date): Promise<void> {
    const plan = await this.#planOf(nodeId, jobId)
    if (!plan) return
    const { commandId, runsForMs } = plan
    const { flights, busy } = this.#delivery
    const flight = flights.find(nodeId, 'send', commandId)
    if (flight) flight.landing = true
    try {
      const now = await this.#move(nodeId, commandId, (it) => afterAcknowledgement(it, { statusCode, at, runsForMs }))
      flights.remove({ kind: 'send', nodeId, commandId })
      if (now?.details === 'Delayed') busy.refused(nodeId, at)
      else busy.clear(nodeId)
      if (now && wasTooLate(now)) this.#delivery.sendCancel(commandId, nodeId)
      if (now?.status !== 'InProgress' && now?.status !== 'Cancelling') await this.#delivery.freed(commandId, nodeId)
    } catch (error) {
      // It is handed over again, and the agent will say that it has it.
      if (flight) flight.landing = false
      throw error
    }
    await this.#delivery.serveMore(nodeId)
  }

  async replied(nodeId: string, jobId: string, _replyId: string, content: ReplyReport, at: Date): Promise<void> {
    const plan = await this.#planOf(nodeId, jobId)
    if (!plan) return
    const { commandId, runsForMs } = plan
    const invocation = await this.#commands.findInvocation(commandId, nodeId)
    if (!invocation) return
    const reported = [...content.plugins].map(([step, report]) => ({ step, status: report.status, report }))
    // Outputs of what is known already are not stored twice.
    const steps = await Promise.all(
      newSteps(invocation.plugins, reported).map(({ step, report }) => keepStep(this.#blobs, step, report)),
    )
    const report = { documentStatus: content.documentStatus, trace: content.documentTraceOutput.slice(0, 2500), steps }
    await this.#move(nodeId, commandId, (it) => afterReport(it, report, at, runsForMs), invocation)
    this.#delivery.flights.remove({ kind: 'send', nodeId, commandId })
  }

  async refused(nodeId: string, jobId: string, reason: string, at: Date): Promise<void> {
    const plan = await this.#planOf(nodeId, jobId)
    if (!plan) return
    await this.#move(nodeId, plan.commandId, (it) => advance(it, 'Failed', at, { trace: reason.slice(0, 2500) }))
  }

  async nextJobs(nodeId: string, limit: number): Promise<readonly NodeJob[]> {
    return await this.#delivery.poll(nodeId, limit)
  }

  /** A node speaks of its own jobs only; for those of others, and of nobody, there is nothing to change. */
  async #planOf(nodeId: string, jobId: string): ReturnType<Delivery['plans']['find']> {
    const commandId = commandIdIn(jobId, nodeId)
    return commandId === undefined ? undefined : await this.#delivery.plans.find(commandId)
  }

  /** Answers the invocation as it is afterwards. Whoever saves first wins; the other judges again. */
  async #move(nodeId: string, commandId: string, judge: Judge, read?: Invocation): Promise<Invocation | undefined> {
    let invocation = read ?? (await this.#commands.findInvocation(commandId, nodeId))
    while (invocation) {
      const next = judge(invocation)
      if (!next) return invocation
      if (await this.#commands.saveInvocation(invocation, next)) return next
      invocation = await this.#commands.findInvocation(commandId, nodeId)
    }
    return undefined
  }
}

/** Given up before the agent said that it had it: the agent must not go on with it. */
function wasTooLate({ status, deliveredAt }: Invocation): boolean {
  return isTerminal(status) && deliveredAt === undefined
}
