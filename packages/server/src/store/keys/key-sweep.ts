import type { Clock } from '../../domain/clock.ts'
import { rotatedKey } from '../../domain/kms-rotation.ts'
import type { Logger } from '../../domain/telemetry.ts'
import type { KeyStore } from '../key-store.ts'

const sweepMs = 60 * 60 * 1000
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
  #callOff = () => {}
  #closed = false

  constructor(parts: KeySweepParts) {
    this.#parts = parts
  }

  start(): void {
    void this.#sweep()
  }

  close(): void {
    this.#closed = true
    this.#callOff()
  }

  async #sweep(): Promise<void> {
    try {
      await this.#delete()
      await this.#rotate()
    } catch (error) {
      if (this.#closed) return
      this.#parts.log.error({ err: error }, 'the sweep of keys failed; it runs again')
    }
    if (!this.#closed) this.#callOff = this.#parts.clock.after(sweepMs, () => void this.#sweep())
  }

  async #delete(): Promise<void> {
    const { keys, clock, log } = this.#parts
    let deleted: readonly string[]
    do {
      deleted = await keys.deleteDueKeys(clock.now(), batch)
      for (const keyId of deleted) log.info({ keyId }, 'a key was deleted, and its material destroyed')
    } while (deleted.length > 0 && !this.#closed)
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
    } while (rotated > 0 && !this.#closed)
  }
}
