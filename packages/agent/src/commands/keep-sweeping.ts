import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'
import { type SweepLimits, sweepCommands } from './sweep.ts'

const everyMs = 6 * 60 * 60 * 1000
// Not at once: a node that has just started has better things to do.
const firstAfterMs = 60_000

/** Sweeps the remains of old commands four times a day. Returns what ends it. */
export function keepSweeping(
  stateDirectory: string,
  limits: SweepLimits,
  isActive: (commandId: string) => boolean,
  world: { readonly clock: Clock; readonly log: Log },
): () => void {
  let cancel: () => void = () => undefined
  const wait = (ms: number) => {
    cancel = world.clock.after(ms, () => {
      try {
        sweepCommands(stateDirectory, world.clock.now(), limits, isActive)
      } catch (error) {
        world.log.warn('Old commands could not be swept away', { reason: reasonOf(error) })
      }
      wait(everyMs)
    })
  }
  wait(firstAfterMs)
  return () => cancel()
}
