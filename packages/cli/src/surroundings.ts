import { setTimeout as pause } from 'node:timers/promises'

/** A stream to write to. */
export interface Output {
  readonly isTTY?: boolean | undefined
  /** Of a terminal. */
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** What a command takes from outside; tests bring their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  readonly stdout: Output
  readonly stderr: Output
  now(): Date
  /** Milliseconds that only go up. */
  elapsed(): number
  /** Rejects when the signal says so. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
}

export function processSurroundings(environment: Readonly<Record<string, string | undefined>>): Surroundings {
  return {
    environment,
    workingDirectory: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => new Date(),
    elapsed: () => performance.now(),
    pause: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
  }
}
