import type { Clock } from './domain/clock.ts'

/** The clock on the wall. The only place where the server asks for the time or waits. */
export const systemClock: Clock = {
  now: () => new Date(),
  ticks: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
