import { randomBytes, randomUUID } from 'node:crypto'
import { proxyAgent } from '../api/proxy-agent.ts'
import type { SessionWorld } from './session-world.ts'

// The server pings as well; ours are for finding out that it is gone.
const pingEveryMs = 20_000

type Calls = 'resume' | 'terminate' | 'newDataKey'

/** The terminal or pipes of this process, and the proxy that its environment names. */
export function processWorld(
  environment: Readonly<Record<string, string | undefined>>,
  certificateAuthority: string | undefined,
): Omit<SessionWorld, Calls> {
  return {
    certificateAuthority,
    pingEveryMs,
    proxyFor: (url) => proxyAgent(url, environment, certificateAuthority),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    newId: randomUUID,
    randomBytes: (length) => randomBytes(length),
    now: () => new Date(),
    elapsed: () => performance.now(),
    onSignal(signal, act) {
      // Begun with nohup: `bin/fairlead` says so.
      if (signal === 'SIGHUP' && environment['FAIRLEAD_NOHUP'] !== undefined) return () => undefined
      process.on(signal, act)
      return () => process.off(signal, act)
    },
  }
}
