import {
  decodeJobId,
  decodeReplyContent,
  type JobKey,
  MessageError,
  type ReplyContent,
} from '@fairlead/wire/control-message'
import type { Clock } from '../domain/clock.ts'
import { ServiceError } from '../domain/error.ts'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { NodeLinks } from '../domain/node-links.ts'
import type { NodeMail, NodeMessage } from '../domain/node-mail.ts'

const mostMessages = 10
/** A message that was handed out and not acknowledged is offered again after this (VisibilityTimeout of the agents). */
const hiddenForMs = 10_000
const mostRemembered = 100

export interface NodeMailboxParts {
  readonly clock: Clock
  readonly links: NodeLinks
  readonly reports: () => InvocationReports | undefined
}

interface Waiter {
  /** Looks again; what it finds is the answer of the poll. */
  readonly wake: () => void
}

/**
 * Delivery to agents that poll (ec2messages). A node with an open control channel gets its work
 * there; its polls are held and answered with nothing, so that no job is sent on both roads.
 */
export class NodeMailbox implements NodeMail {
  readonly #parts: NodeMailboxParts
  readonly #waiters = new Map<string, Waiter>()
  /** When a message may be handed out again, by node and message id. */
  readonly #hidden = new Map<string, Map<string, number>>()

  constructor(parts: NodeMailboxParts) {
    this.#parts = parts
  }

  async collect(nodeId: string, holdMs: number, signal: AbortSignal): Promise<readonly NodeMessage[]> {
    const until = this.#parts.clock.now().getTime() + holdMs
    // A newer poll of the same node ends the older one: the agent asks one at a time.
    this.#waiters.get(nodeId)?.wake()
    for (;;) {
      const messages = await this.#offer(nodeId)
      const left = until - this.#parts.clock.now().getTime()
      if (messages.length > 0 || left <= 0 || signal.aborted) return messages
      if ((await this.#wait(nodeId, left, signal)) !== 'work') return []
    }
  }

  async acknowledge(nodeId: string, messageId: string): Promise<void> {
    this.#checkOwner(nodeId, messageId)
    this.#hidden.get(nodeId)?.delete(messageId)
    await this.#reports().acknowledged(nodeId, messageId, '200', this.#parts.clock.now())
  }

  async reply(nodeId: string, messageId: string, replyId: string, payload: string): Promise<void> {
    this.#checkOwner(nodeId, messageId)
    let content: ReplyContent
    try {
      content = decodeReplyContent(payload)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      throw new ServiceError('ValidationException', `The payload is no reply: ${error.message}.`, { cause: error })
    }
    await this.#reports().replied(nodeId, messageId, replyId, content, this.#parts.clock.now())
  }

  async fail(nodeId: string, messageId: string, reason: string): Promise<void> {
    this.#checkOwner(nodeId, messageId)
    await this.#reports().refused(nodeId, messageId, reason, this.#parts.clock.now())
  }

  /** Something may have come for this node. */
  wake(nodeId: string): void {
    this.#waiters.get(nodeId)?.wake()
  }

  /** Ends every held poll with an empty answer. */
  close(): void {
    for (const { wake } of [...this.#waiters.values()]) wake()
  }

  async #offer(nodeId: string): Promise<readonly NodeMessage[]> {
    if (this.#parts.links.isOpen(nodeId)) return []
    const now = this.#parts.clock.now()
    const jobs = await this.#reports().nextJobs(nodeId, mostMessages)
    const hidden = this.#hidden.get(nodeId) ?? new Map<string, number>()
    const messages: NodeMessage[] = []
    for (const { jobId, topic, content } of jobs) {
      if ((hidden.get(jobId) ?? 0) > now.getTime()) continue
      if (hidden.size >= mostRemembered) hidden.clear()
      hidden.set(jobId, now.getTime() + hiddenForMs)
      messages.push({ messageId: jobId, topic, createdAt: now, payload: content })
    }
    if (hidden.size > 0) this.#hidden.set(nodeId, hidden)
    else this.#hidden.delete(nodeId)
    return messages
  }

  #wait(nodeId: string, ms: number, signal: AbortSignal): Promise<'work' | 'over'> {
    return new Promise((resolve) => {
      const end = (how: 'work' | 'over') => {
        callOff()
        signal.removeEventListener('abort', gone)
        if (this.#waiters.get(nodeId) === waiter) this.#waiters.delete(nodeId)
        resolve(how)
      }
      const gone = () => end('over')
      const waiter: Waiter = { wake: () => end('work') }
      // Looking again once in a while also finds what a lost hint or a hidden message has left.
      const callOff = this.#parts.clock.after(Math.min(ms, hiddenForMs + 500), () => end('work'))
      signal.addEventListener('abort', gone)
      this.#waiters.set(nodeId, waiter)
    })
  }

  #reports(): InvocationReports {
    const reports = this.#parts.reports()
    if (reports === undefined) throw new ServiceError('InternalServerError', 'The server is starting. Try again.')
    return reports
  }

  #checkOwner(nodeId: string, messageId: string): void {
    if (jobKeyOf(messageId)?.nodeId !== nodeId) {
      throw new ServiceError('ValidationException', 'The message is not one of this node.')
    }
  }
}

function jobKeyOf(messageId: string): JobKey | undefined {
  try {
    return decodeJobId(messageId)
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
