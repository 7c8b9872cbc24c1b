import type { Clock } from '../../domain/clock.ts'
import { rotatedKey } from '../../domain/kms-rotation.ts'
import { Sweep } from '../../domain/sweep.ts'
import type { Logger } from '../../domain/telemetry.ts'
import type { KeyStore } from '../key-store.ts'

const everyMs = 60 * 60 * 1000
const batch = 100

export interface KeySweepParts {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
  readonly log: Logger
}

/** Does what comes to keys with time: destroys those whose deletion is due, and gives new material to those that rotate. */
export class KeySweep {
  readonly #parts: KeySweepParts
  readonly #sweep: Sweep

  constructor(parts: KeySweepParts) {
    this.#parts = parts
    const round = async () => {
      await this.#delete()
      await this.#rotate()
    }
    this.#sweep = new Sweep({ ...parts, everyMs, what: 'keys', round })
  }

  start(): void {
    this.#sweep.start()
  }

  /** Settles when nothing of it runs any more. */
  close(): Promise<void> {
    return this.#sweep.close()
  }

  async #delete(): Promise<void> {
    const { keys, clock, log } = this.#parts
    let deleted: readonly string[]
    do {
      deleted = await keys.deleteDueKeys(clock.now(), batch)
      for (const keyId of deleted) log.info({ keyId }, 'a key was deleted, and its material destroyed')
    } while (deleted.length > 0 && !this.#sweep.isClosed)
  }

  async #rotate(): Promise<void> {
    const { keys, clock, randomBytes, log } = this.#parts
    let rotated: number
    do {
      rotated = 0
      const at = clock.now()
      for (const key of await keys.keysToRotate(at, batch)) {
        const { next, rotation } = rotatedKey(key, { type: 'AUTOMATIC', at, randomBytes })
        if ((await keys.rotateKey(key, next, rotation)) !== 'rotated') continue
        rotated++
        log.info({ keyId: key.keyId }, 'a key was rotated')
      }
    } while (rotated > 0 && !this.#sweep.isClosed)
  }
}
