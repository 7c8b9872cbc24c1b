import { randomBytes, randomUUID } from 'node:crypto'
import { proxyAgent } from '../api/proxy-agent.ts'
import type { SessionWorld } from './session-world.ts'

type Calls = 'resume' | 'terminate' | 'newDataKey'

/** The terminal or pipes of this process, and the proxy that its environment names. */
export function processWorld(
  environment: Readonly<Record<string, string | undefined>>,
  certificateAuthority: string | undefined,
): Omit<SessionWorld, Calls> {
  return {
    certificateAuthority,
    proxyFor: (url) => proxyAgent(url, environment, certificateAuthority),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    newId: randomUUID,
    randomBytes: (length) => randomBytes(length),
    now: () => new Date(),
    elapsed: () => performance.now(),
    onSignal(signal, act) {
      process.on(signal, act)
      return () => process.off(signal, act)
    },
  }
}
