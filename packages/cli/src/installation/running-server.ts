import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { installedIn } from '../repository.ts'
import type { Surroundings } from '../surroundings.ts'
import { isProcessAlive } from './process-alive.ts'
import { readServerFile, type ServerFile } from './server-file.ts'

/** How to reach a server of this machine. */
export interface RunningServer extends ServerFile {
  readonly dataDir: string
  /** Plain http on the loopback where there is, since that needs no certificates. */
  readonly url: string
}

/**
 * The server that runs on this machine, found by its data directory: the one named, else $FAIRLEAD_DATA_DIR,
 * else ./fairlead-data, else the quickstart's. Throws CliError when none runs.
 */
export function findRunningServer(named: string | undefined, surroundings: Surroundings): RunningServer {
  const candidates = dataDirs(named, surroundings)
  let stopped: string | undefined
  for (const dataDir of candidates) {
    const file = readServerFile(dataDir)
    if (file === undefined) continue
    if (isProcessAlive(file.pid)) return { ...file, dataDir, url: preferredUrl(file, dataDir) }
    stopped ??= dataDir
  }
  const [first = '.'] = candidates
  if (stopped !== undefined) {
    throw new CliError(
      `The server of ${stopped} does not run any more. Start it: fairlead server --data-dir ${stopped}`,
    )
  }
  if (named !== undefined && existsSync(first)) {
    throw new CliError(`No server runs in ${first}. Start it: fairlead server --data-dir ${first}`)
  }
  throw new CliError(
    [
      `No server was found. Looked in ${candidates.join(', ')}.`,
      '  Start one to try Fairlead:    npm run quickstart',
      '  Start one that stays:         fairlead server --data-dir DIR',
      '  It runs already:              fairlead env --data-dir DIR',
    ].join('\n'),
  )
}

/** Where a server's data may be, the likeliest first; never empty. */
export function dataDirs(named: string | undefined, { environment, workingDirectory }: Surroundings): string[] {
  const said = named ?? (environment['FAIRLEAD_DATA_DIR'] || undefined)
  // The quickstart's --data-dir is one folder above its server's.
  if (said !== undefined) return [resolve(workingDirectory, said), resolve(workingDirectory, said, 'server')]
  const folders = [
    resolve(workingDirectory, 'fairlead-data'),
    resolve(workingDirectory, '.fairlead/quickstart/server'),
    join(installedIn, '.fairlead/quickstart/server'),
  ]
  return [...new Set(folders)]
}

function preferredUrl({ urls }: ServerFile, dataDir: string): string {
  const url = urls.find((one) => one.startsWith('http://')) ?? urls[0]
  if (url === undefined) throw new CliError(`The server of ${dataDir} listens nowhere.`)
  return url.replace(/\/$/, '')
}
