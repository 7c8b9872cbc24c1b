import { constants } from 'node:os'

export interface Interruption {
  readonly signal: NodeJS.Signals
  /** 128 and the signal's number, as shells have it. */
  readonly status: number
}

/**
 * The first of the signals that mean "stop". Until `forget` is called, further ones change nothing: stopping is bounded. A
 * hang-up means nothing to what was begun with nohup, which `bin/fairlead` says in the environment.
 */
export function untilInterrupted(environment: Readonly<Record<string, string | undefined>>): {
  readonly signal: Promise<Interruption>
  forget(): void
} {
  const signals = ['SIGINT', 'SIGTERM', ...(environment['FAIRLEAD_NOHUP'] === undefined ? ['SIGHUP'] : [])] as const
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
