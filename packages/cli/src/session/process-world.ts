import { randomUUID } from 'node:crypto'
import type { SessionWorld } from './session-world.ts'

/** The terminal or pipes of this process. */
export function processWorld(): Omit<SessionWorld, 'resume' | 'terminate' | 'certificateAuthority'> {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    newId: randomUUID,
    now: () => new Date(),
    elapsed: () => performance.now(),
    onSignal(signal, act) {
      process.on(signal, act)
      return () => process.off(signal, act)
    },
  }
}
