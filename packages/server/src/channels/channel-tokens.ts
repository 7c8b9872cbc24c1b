import type { ChannelTokens } from '../domain/node-mail.ts'

const lifetimeMs = 60_000
/** Far above what all agents of a server ask for in a minute; the oldest go first. */
const mostTokens = 50_000

interface Issued {
  readonly nodeId: string
  readonly expiresAt: number
}

/**
 * Tokens between CreateControlChannel and the first frame on the channel: single-use, good for a
 * minute and for one node. Kept by their hash, so a look-up tells nothing by its timing.
 */
export class ControlChannelTokens implements ChannelTokens {
  readonly #issued = new Map<string, Issued>()
  readonly #parts: {
    readonly ticks: () => number
    readonly random: () => string
    readonly hash: (text: string) => string
  }

  constructor(parts: { ticks: () => number; random: () => string; hash: (text: string) => string }) {
    this.#parts = parts
  }

  issue(nodeId: string): string {
    const { ticks, random, hash } = this.#parts
    this.#drop(ticks())
    const token = random()
    this.#issued.set(hash(token), { nodeId, expiresAt: ticks() + lifetimeMs })
    return token
  }

  /** Uses a token up. False when it is unknown, used, too old, or another node's. */
  redeem(nodeId: string, token: string): boolean {
    const { ticks, hash } = this.#parts
    const name = hash(token)
    const issued = this.#issued.get(name)
    this.#issued.delete(name)
    return issued !== undefined && issued.nodeId === nodeId && issued.expiresAt > ticks()
  }

  /** A node that is gone opens nothing any more. */
  revoke(nodeId: string): void {
    for (const [name, issued] of this.#issued) if (issued.nodeId === nodeId) this.#issued.delete(name)
  }

  /** Insertion order is the order of expiry, so what is too old stands first. */
  #drop(now: number): void {
    for (const [name, { expiresAt }] of this.#issued) {
      if (expiresAt > now && this.#issued.size < mostTokens) return
      this.#issued.delete(name)
    }
  }
}
