import type { ChannelTokens } from '../domain/node-mail.ts'

const lifetimeMs = 60_000
/** Far above what all agents of a server ask for in a minute; the oldest go first. */
const mostTokens = 50_000
/** An agent shows a token as soon as it has it; one that asks for more uses up its own. */
const mostOfNode = 4

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
  /** By node, oldest first. */
  readonly #names = new Map<string, string[]>()
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
    const name = hash(token)
    const [oldest, ...newer] = this.#names.get(nodeId) ?? []
    if (oldest !== undefined && newer.length + 1 >= mostOfNode) this.#forget(oldest)
    this.#issued.set(name, { nodeId, expiresAt: ticks() + lifetimeMs })
    this.#names.set(nodeId, [...(this.#names.get(nodeId) ?? []), name])
    return token
  }

  /** Uses a token up. False when it is unknown, used, too old, or another node's. */
  redeem(nodeId: string, token: string): boolean {
    const { ticks, hash } = this.#parts
    const name = hash(token)
    const issued = this.#issued.get(name)
    this.#forget(name)
    return issued !== undefined && issued.nodeId === nodeId && issued.expiresAt > ticks()
  }

  /** A node that is gone opens nothing any more. */
  revoke(nodeId: string): void {
    for (const name of this.#names.get(nodeId) ?? []) this.#issued.delete(name)
    this.#names.delete(nodeId)
  }

  /** Insertion order is the order of expiry, so what is too old stands first. */
  #drop(now: number): void {
    for (const [name, { expiresAt }] of this.#issued) {
      if (expiresAt > now && this.#issued.size < mostTokens) return
      this.#forget(name)
    }
  }

  #forget(name: string): void {
    const issued = this.#issued.get(name)
    if (issued === undefined) return
    this.#issued.delete(name)
    const rest = (this.#names.get(issued.nodeId) ?? []).filter((other) => other !== name)
    if (rest.length > 0) this.#names.set(issued.nodeId, rest)
    else this.#names.delete(issued.nodeId)
  }
}
