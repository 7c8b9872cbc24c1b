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

export interface DoctorOptions {
  readonly dataDir?: string
  readonly json?: boolean
}

/** What was found of one thing; `about` is undefined when there is no server to look at. */
interface Finding {
  readonly about: string | undefined
  readonly isWell: boolean
  readonly text: string
}

/** `fairlead doctor`: looks at the server of this machine as its clients see it. The exit status is 1 when something is wrong. */
export async function doctorCommand(options: DoctorOptions, surroundings: Surroundings): Promise<number> {
  const { stdout } = surroundings
  const paint = painter(stdout, surroundings)
  const findings: Finding[] = []
  for await (const finding of examine(options.dataDir, surroundings)) {
    findings.push(finding)
    if (options.json) continue
    const { about, isWell, text } = finding
    const sign = isWell ? paint('green', '✓') : paint('red', '✗')
    stdout.write(`${sign} ${about === undefined ? '' : `${about}: `}${text}\n`)
  }
  const isWell = findings.every((finding) => finding.isWell)
  if (options.json) stdout.write(`${JSON.stringify({ isWell, findings }, undefined, 2)}\n`)
  return isWell ? 0 : 1
}

async function* examine(dataDir: string | undefined, surroundings: Surroundings): AsyncGenerator<Finding, void, void> {
  let server: RunningServer
  try {
    server = findRunningServer(dataDir, surroundings)
  } catch (error) {
    yield { about: undefined, isWell: false, text: explain(error) }
    return
  }
  for (const { about, look } of checksOf(server, surroundings)) {
    try {
      yield { about, isWell: true, text: await look() }
    } catch (error) {
      yield { about, isWell: false, text: explain(error) }
    }
  }
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
