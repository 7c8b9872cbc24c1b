import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../domain/clock.ts'
import { connectionLostAfterMs, presence } from '../domain/managed-node.ts'
import type { NodeLinks } from '../domain/node-links.ts'
import { Sweep } from '../domain/sweep.ts'
import type { Logger } from '../domain/telemetry.ts'
import type { Store } from '../store/store.ts'

const everyMs = 30_000
const batch = 500

export interface PresenceParts {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly links: NodeLinks
  readonly log: Logger
}

/**
 * Keeps the ping status of nodes true: Online as soon as a channel opens, ConnectionLost or
 * Inactive once a node without one has been silent for long. While a channel is open nothing is
 * written, so ten thousand quiet nodes cost nothing.
 */
export class PresenceSweep {
  readonly #parts: PresenceParts
  readonly #ends: (() => void)[]
  readonly #sweep: Sweep

  constructor(parts: PresenceParts) {
    this.#parts = parts
    this.#sweep = new Sweep({ ...parts, everyMs, what: 'presence', round: () => this.#judgeSilent() })
    const touch = ({ nodeId }: { readonly nodeId: string }) => void this.#touch(nodeId)
    this.#ends = [parts.bus.subscribe('channel-open', touch), parts.bus.subscribe('channel-closed', touch)]
  }

  start(): void {
    this.#sweep.start()
  }

  /** Settles when nothing of it runs any more. */
  async close(): Promise<void> {
    for (const end of this.#ends) end()
    await this.#sweep.close()
  }

  /** A channel has opened or closed: in both cases the node was there a moment ago. */
  async #touch(nodeId: string): Promise<void> {
    const { store, clock, log } = this.#parts
    try {
      await store.nodes.savePresence(nodeId, 'Online', clock.now())
    } catch (error) {
      log.warn({ err: error, nodeId }, 'presence could not be kept; the next sweep sets it right')
    }
  }

  async #judgeSilent(): Promise<void> {
    const { store, clock, links } = this.#parts
    const now = clock.now()
    const before = new Date(now.getTime() - connectionLostAfterMs)
    let after: string | undefined
    do {
      const page = await store.nodes.staleNodes(before, { limit: batch, after })
      for (const node of page.items) {
        const pingStatus = presence(node, links.isOpen(node.nodeId), now)
        if (pingStatus !== node.pingStatus)
          await store.nodes.savePresence(node.nodeId, pingStatus, node.lastPingAt, now)
      }
      after = page.next
    } while (after !== undefined && !this.#sweep.isClosed)
  }
}
