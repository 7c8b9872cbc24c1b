import { statSync } from 'node:fs'
import { serverClient } from '../api/server-client.ts'
import { explain } from '../cli-error.ts'
import { findRunningServer, type RunningServer } from '../installation/running-server.ts'
import { isReady } from '../quickstart/control-plane.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'

/** One thing to look at. `look` answers what is well, or throws what is not. */
interface Check {
  readonly about: string
  look(): Promise<string> | string
}

/** `fairlead doctor`: looks at the server of this machine as its clients see it. The exit status is 1 when something is wrong. */
export async function doctorCommand(
  options: { readonly dataDir?: string },
  surroundings: Surroundings,
): Promise<number> {
  const { stdout } = surroundings
  const paint = painter(stdout, surroundings)
  let server: RunningServer
  try {
    server = findRunningServer(options.dataDir, surroundings)
  } catch (error) {
    stdout.write(`${paint('red', '✗')} ${explain(error)}\n`)
    return 1
  }
  let wrong = 0
  for (const { about, look } of checksOf(server, surroundings)) {
    try {
      stdout.write(`${paint('green', '✓')} ${about}: ${await look()}\n`)
    } catch (error) {
      wrong++
      stdout.write(`${paint('red', '✗')} ${about}: ${explain(error)}\n`)
    }
  }
  return wrong === 0 ? 0 : 1
}

function checksOf(server: RunningServer, { now }: Surroundings): readonly Check[] {
  return [
    { about: 'Process', look: () => `pid ${server.pid}, data in ${server.dataDir}` },
    ...server.urls.map((url) => ({ about: url, look: () => checkHealth({ url, caFile: server.caFile }) })),
    { about: 'Root key', look: () => checkMode(server.credentialsFile) },
    { about: 'Signed request', look: () => serverClient(server, now).callerArn() },
  ]
}

async function checkHealth(server: Pick<RunningServer, 'url' | 'caFile'>): Promise<string> {
  if (await isReady(server)) return 'ready'
  throw new Error('it answers, but is starting or stopping')
}

function checkMode(path: string): string {
  const mode = statSync(path).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Error(`others may read ${path} (mode ${mode.toString(8)}). Mend it: chmod 600 ${path}`)
  }
  return `${path}, for its owner alone`
}
