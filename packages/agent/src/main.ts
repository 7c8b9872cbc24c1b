import { randomUUID } from 'node:crypto'
import { flushCompileCache } from 'node:module'
import { agentVersion } from './agent-version.ts'
import { systemClock } from './clock.ts'
import { type AgentConfig, helpText, readConfig, UsageError } from './config.ts'
import { createLog, type Log, reasonOf } from './log.ts'
import type { ReadyUpdate } from './update/agent-updates.ts'
import { countStart, faultOf, isOfProgram, noteStarted } from './update/fitness.ts'
import { becomeFetched, becomeInstalled, canBecome, type Launch, readLaunch } from './update/launch.ts'
import { endLeftTrial } from './update/left-trial.ts'
import { healthyLine } from './update/trial.ts'
import { type InstalledVersion, Versions } from './update/versions.ts'

const loopback: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** `fairlead agent`. Returns the exit status, once the agent has been told to stop. */
export async function main(
  args: readonly string[],
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal))
  try {
    const config = readConfig(args, environment)
    if (config === undefined) {
      process.stdout.write(helpText)
      return 0
    }
    const launch = readLaunch(environment)
    const log = createLog(systemClock, config.logLevel, (line) => process.stderr.write(line))
    const versions = new Versions(config.stateDirectory)
    const current = launch.isInstalled ? versionToRun(versions, launch, log) : undefined
    if (current !== undefined) becomeFetched(current.entry, args, launch)
    if (launch.isTrial) {
      endWithInput(stopping)
      const { checkNative } = await import('./update/check-native.ts')
      checkNative()
    } else endLeftTrial(config.stateDirectory)
    warnOfPlainText(config, log)

    const update = await runAgent(config, launch, log, stopping.signal)
    if (update === undefined) return 0
    const { tryVersion } = await import('./update/replace-agent.ts')
    await tryVersion(update, {
      launch,
      args,
      stateDirectory: config.stateDirectory,
      versions,
      log,
      clock: systemClock,
      patienceMs: config.timings.updateTrialMs,
      stopping: stopping.signal,
      tell: (text) => process.stderr.write(text),
    })
    if (!stopping.signal.aborted) becomeInstalled(launch)
    return 0
  } catch (error) {
    process.stderr.write(`fairlead agent: ${reasonOf(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

/** The version that was fetched, when it is to run in place of the one that is installed and can. */
function versionToRun(versions: Versions, { installedVersion }: Launch, log: Log): InstalledVersion | undefined {
  const current = versions.current(installedVersion)
  const { obstacle } = versions
  if (obstacle !== undefined) {
    log.warn('What is installed runs: this should be a link to a version that was fetched. Remove it', {
      path: obstacle,
    })
  }
  if (current === undefined) return undefined
  const { version } = current
  const fault = faultOf(versions.folderOf(version), process.versions.node)
  if (fault === undefined) {
    attempt(() => countStart(versions.folderOf(version)), log)
    return current
  }
  log.warn('What is installed runs in place of the version that was fetched', {
    version,
    installedVersion,
    reason: fault,
  })
  return undefined
}

/** What an agent can do without on a disk that cannot be written. */
function attempt(note: () => void, log: Log): void {
  try {
    note()
  } catch (error) {
    log.warn('It could not be noted how a version of the agent started', { reason: reasonOf(error) })
  }
}

/** Runs the agent until it is told to stop, or until another version is to take its place: then answers which. */
async function runAgent(
  config: AgentConfig,
  launch: Launch,
  log: Log,
  stopping: AbortSignal,
): Promise<ReadyUpdate | undefined> {
  const updating = Promise.withResolvers<ReadyUpdate>()
  const replacement = {
    installedVersion: launch.installedVersion,
    isTrial: launch.isTrial,
    begin: updating.resolve,
    onHealthy: () => {
      if (launch.isTrial) process.stdout.write(healthyLine)
    },
  }
  const world = { clock: systemClock, log, newId: randomUUID, random: Math.random }
  // Not before it is known that this version is the one to run.
  const { startAgent } = await import('./compose.ts')
  const noteStart = () => {
    if (!launch.isInstalled) attempt(() => noteStarted(new Versions(config.stateDirectory).folderOf(agentVersion)), log)
  }
  const options = canBecome(launch) ? { ...world, replacement } : world
  const agent = await startAgent(config, options, stopping).catch((error) => {
    if (!isOfProgram(error)) noteStart()
    throw error
  })
  noteStart()
  if (agent === undefined) return undefined
  log.info('The agent runs', { nodeId: agent.nodeId, endpoint: config.endpoint.origin })
  // Else an agent that never ends by itself would be read anew at each start, by a compiler that then stays: 25 MiB.
  flushCompileCache()
  const update = await Promise.race([updating.promise, until(stopping)])
  log.info('The agent stops', { signal: update === undefined ? String(stopping.reason) : undefined })
  agent.stop()
  // The other version comes while this process is still there.
  if (update !== undefined) await Promise.race([agent.settled(), until(stopping)])
  return update
}

function warnOfPlainText({ endpoint }: AgentConfig, log: Log): void {
  if (endpoint.protocol !== 'http:' || loopback.includes(endpoint.hostname)) return
  log.warn('The connection to the server is not encrypted: use an https:// endpoint', { endpoint: endpoint.origin })
}

/** Who watches a trial holds the other end of its standard input: a trial never outlives it. */
function endWithInput(stopping: AbortController): void {
  const end = () => stopping.abort('end of the trial')
  process.stdin.on('error', end).on('end', end).resume().unref()
}

function until(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
