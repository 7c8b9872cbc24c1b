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

/** One GetMessages that has not been answered. */
interface Poll {
  /** It is to be answered now, whatever there is. */
  isOver: boolean
  /** Something may have come since it looked last. */
  isStale: boolean
  /** Ends its waiting, if it waits. */
  wake: () => void
}

/**
 * Delivery to agents that poll (ec2messages). A node with an open control channel gets its work
 * there; its polls are held and answered with nothing, so that no job is sent on both roads.
 */
export class NodeMailbox implements NodeMail {
  readonly #parts: NodeMailboxParts
  /** The newest poll of every node that has one. */
  readonly #polls = new Map<string, Poll>()
  /** When a message may be handed out again, in ticks of the clock, by node and message id. */
  readonly #hidden = new Map<string, Map<string, number>>()
  #isClosed = false

  constructor(parts: NodeMailboxParts) {
    this.#parts = parts
  }

  async collect(nodeId: string, holdMs: number, signal: AbortSignal): Promise<readonly NodeMessage[]> {
    const { clock } = this.#parts
    const until = clock.ticks() + holdMs
    // A newer poll of the same node ends the older one: the agent asks one at a time.
    this.#end(nodeId)
    const poll: Poll = { isOver: this.#isClosed, isStale: false, wake() {} }
    this.#polls.set(nodeId, poll)
    try {
      for (;;) {
        poll.isStale = false
        const messages = poll.isOver ? [] : await this.#offer(nodeId)
        const left = until - clock.ticks()
        if (messages.length > 0 || left <= 0 || poll.isOver || signal.aborted) return messages
        await this.#wait(poll, left, signal)
      }
    } finally {
      if (this.#polls.get(nodeId) === poll) this.#polls.delete(nodeId)
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
    const poll = this.#polls.get(nodeId)
    if (poll === undefined) return
    poll.isStale = true
    poll.wake()
  }

  /** The node is gone: nothing is kept for it and nobody waits. */
  forget(nodeId: string): void {
    this.#end(nodeId)
    this.#hidden.delete(nodeId)
  }

  /** Ends every held poll with an empty answer; from now on none is held. */
  close(): void {
    this.#isClosed = true
    for (const nodeId of [...this.#polls.keys()]) this.#end(nodeId)
  }

  #end(nodeId: string): void {
    const poll = this.#polls.get(nodeId)
    if (poll === undefined) return
    poll.isOver = true
    poll.wake()
  }

  async #offer(nodeId: string): Promise<readonly NodeMessage[]> {
    if (this.#parts.links.isOpen(nodeId)) return []
    const { clock } = this.#parts
    const jobs = await this.#reports().nextJobs(nodeId, mostMessages)
    const hidden = this.#hidden.get(nodeId) ?? new Map<string, number>()
    const now = clock.ticks()
    for (const [jobId, until] of hidden) if (until <= now) hidden.delete(jobId)
    const messages: NodeMessage[] = []
    for (const { jobId, topic, content } of jobs) {
      if (hidden.has(jobId)) continue
      if (hidden.size >= mostRemembered) hidden.clear()
      hidden.set(jobId, now + hiddenForMs)
      messages.push({ messageId: jobId, topic, createdAt: clock.now(), payload: content })
    }
    if (hidden.size > 0) this.#hidden.set(nodeId, hidden)
    else this.#hidden.delete(nodeId)
    return messages
  }

  /** Until the poll is woken, its time is over, or the caller has gone. */
  #wait(poll: Poll, ms: number, signal: AbortSignal): Promise<void> {
    if (poll.isStale) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        callOff()
        signal.removeEventListener('abort', end)
        poll.wake = () => {}
        resolve()
      }
      // Looking again once in a while also finds what a lost hint or a hidden message has left.
      const callOff = this.#parts.clock.after(Math.min(ms, hiddenForMs + 500), end)
      signal.addEventListener('abort', end)
      poll.wake = end
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
