export interface NodeMessage {
  readonly messageId: string
  readonly topic: string
  readonly createdAt: Date
  readonly payload: string
}

/** Delivery to agents that poll (ec2messages). Implemented by channels; operations only ask. */
export interface NodeMail {
  /** Waits up to `holdMs` for something to do; answers an empty list when there is nothing, or when `signal` aborts. */
  collect(nodeId: string, holdMs: number, signal: AbortSignal): Promise<readonly NodeMessage[]>
  acknowledge(nodeId: string, messageId: string): Promise<void>
  reply(nodeId: string, messageId: string, replyId: string, payload: string): Promise<void>
  fail(nodeId: string, messageId: string, reason: string): Promise<void>
}

/** Tokens that open a control channel: single-use and short-lived. */
export interface ChannelTokens {
  issue(nodeId: string): string
}
