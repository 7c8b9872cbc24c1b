import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'

const everyMs = 6 * 60 * 60 * 1000
// Not at once: a node that has just started has better things to do.
const firstAfterMs = 60_000

/** Sweeps away what is old four times a day; `what` is its name in the log. Returns what ends it. */
export function keepSweeping(
  what: string,
  sweep: (now: number) => void,
  world: { readonly clock: Clock; readonly log: Log },
): () => void {
  let cancel: () => void = () => undefined
  const wait = (ms: number) => {
    cancel = world.clock.after(ms, () => {
      try {
        sweep(world.clock.now())
      } catch (error) {
        world.log.warn(`${what} could not be swept away`, { reason: reasonOf(error) })
      }
      wait(everyMs)
    })
  }
  wait(firstAfterMs)
  return () => cancel()
}
