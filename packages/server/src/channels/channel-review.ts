import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChannelAdmission } from '../domain/channel-admission.ts'
import type { Logger } from '../domain/telemetry.ts'
import { closeCodes } from './control-channel.ts'

export interface ChannelReviewParts {
  /** Changes whenever anything about identities and policies does. */
  readonly generation: () => number
  readonly channels: () => readonly ReviewedChannel[]
  readonly log: Logger
}

/** A control channel, or the node's side of a data channel. */
export interface ReviewedChannel {
  readonly admission: ChannelAdmission
  close(code: number, reason: string): void
}

/** Ticks after which all are looked at although nothing has changed: a hint may have been lost, and conditions know the time. */
const reviewEvery = 120
/** So many are asked between two turns of the event loop. */
const atOnce = 50

/** Closes the channels of nodes that would not be let in any more: a channel must not outlive the right to it. */
export class ChannelReview {
  readonly #parts: ChannelReviewParts
  #reviewed: number
  #ticks = 0
  #isRunning = false

  constructor(parts: ChannelReviewParts) {
    this.#parts = parts
    this.#reviewed = parts.generation()
  }

  tick(): void {
    this.#ticks++
    const generation = this.#parts.generation()
    if (this.#isRunning || (generation === this.#reviewed && this.#ticks % reviewEvery !== 0)) return
    this.#reviewed = generation
    this.#isRunning = true
    void this.#review().finally(() => {
      this.#isRunning = false
    })
  }

  async #review(): Promise<void> {
    const { channels, log } = this.#parts
    for (const [index, channel] of channels().entries()) {
      if (index % atOnce === atOnce - 1) await nextTurn()
      try {
        if (await channel.admission.isStillGood()) continue
        channel.close(closeCodes.policy, 'the node may not have a channel any more')
      } catch (error) {
        log.warn(
          { err: error, nodeId: channel.admission.nodeId },
          'whether a node may keep its channel could not be told',
        )
      }
    }
  }
}
