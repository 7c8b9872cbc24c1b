import { ControlChannelTokens } from '../channel-tokens.ts'
import type { Side } from './data-frame.ts'

/** One side of one session. */
export interface SessionSide {
  readonly sessionId: string
  readonly side: Side
}

/** Tokens that open one side of a data channel: as those of control channels, but bound to a session and a side. */
export class DataTokens {
  readonly #tokens: ControlChannelTokens

  constructor(parts: ConstructorParameters<typeof ControlChannelTokens>[0]) {
    this.#tokens = new ControlChannelTokens(parts)
  }

  issue(side: SessionSide): string {
    return this.#tokens.issue(nameOf(side))
  }

  /** Uses a token up. False when it is unknown, used, too old, or of another session or side. */
  redeem(side: SessionSide, token: string): boolean {
    return this.#tokens.redeem(nameOf(side), token)
  }
}

function nameOf({ sessionId, side }: SessionSide): string {
  return `${side}/${sessionId}`
}
