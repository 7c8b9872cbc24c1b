import { constants } from 'node:os'

export interface Interruption {
  readonly signal: NodeJS.Signals
  /** 128 and the signal's number, as shells have it. */
  readonly status: number
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first of the signals that mean "stop". Until `forget` is called, further ones change nothing: stopping is bounded. */
export function untilInterrupted(): { readonly signal: Promise<Interruption>; forget(): void } {
  let hear: (signal: NodeJS.Signals) => void = () => undefined
  const signal = new Promise<Interruption>((resolve) => {
    hear = (name) => resolve({ signal: name, status: 128 + (constants.signals[name] ?? 0) })
  })
  for (const name of signals) process.on(name, hear)
  return {
    signal,
    forget() {
      for (const name of signals) process.off(name, hear)
    },
  }
}
