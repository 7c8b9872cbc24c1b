import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { agentVersion } from '../agent-version.ts'

/** How this process came about. It and what it becomes are told by two variables; scripts do not see them. */
export interface Launch {
  /** The program that was installed on the node, and its arguments, as it was first started. */
  readonly installed: readonly string[]
  readonly installedVersion: string
  /** It is that program; else it is a version that was fetched. */
  readonly isInstalled: boolean
  /** A version that has to show that it works, watched by the one before it. */
  readonly isTrial: boolean
}

export const trialVariable = 'FAIRLEAD_AGENT_TRIAL'
const installedVariable = 'FAIRLEAD_AGENT_INSTALLED'

export function readLaunch(environment: Readonly<Record<string, string | undefined>> = process.env): Launch {
  const isTrial = environment[trialVariable] === '1'
  const told = environment[installedVariable]
  if (told === undefined) {
    const { execPath, execArgv, argv } = process
    const installed = [execPath, ...execArgv, ...argv.slice(1)]
    return { installed, installedVersion: agentVersion, isInstalled: true, isTrial }
  }
  // Written below and nowhere else.
  const [installedVersion, ...installed] = JSON.parse(told) as [string, ...string[]]
  return { installed, installedVersion, isInstalled: false, isTrial }
}

/** The arguments that start a version that was fetched, the program first. */
export function fetchedProgram(entry: string, args: readonly string[]): readonly string[] {
  return [process.execPath, ...process.execArgv, entry, 'agent', ...args]
}

/** The variables for a version that was fetched. */
export function fetchedEnvironment({ installed, installedVersion }: Launch, isTrial: boolean): NodeJS.ProcessEnv {
  const { [trialVariable]: _, ...environment } = process.env
  const told = JSON.stringify([installedVersion, ...installed])
  return { ...environment, [installedVariable]: told, ...(isTrial && { [trialVariable]: '1' }) }
}

/** This process becomes a version that was fetched: same process id, so that a service manager notices nothing. */
export function becomeFetched(entry: string, args: readonly string[], launch: Launch): void {
  become(fetchedProgram(entry, args), fetchedEnvironment(launch, false))
}

/** This process becomes what it first was, which chooses the version to run. */
export function becomeInstalled({ installed }: Launch): void {
  const { [trialVariable]: _, [installedVariable]: __, ...environment } = process.env
  become(installed, environment)
}

/** Whether this process can become another program: on Windows there is no way. */
export function canBecome({ installed: [program, ...args] }: Launch): boolean {
  // Node makes the path of the script absolute.
  const script = args.find((arg) => arg.startsWith('/'))
  return process.execve !== undefined && process.platform !== 'win32' && [program, script].every(isThere)
}

function isThere(path: string | undefined): boolean {
  return path !== undefined && existsSync(path)
}

function become(program: readonly string[], environment: NodeJS.ProcessEnv): void {
  const [file = ''] = program
  // What this program has heard and not acted on ends with it: from here on a signal to stop ends the process.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal)
  // At an end that it does not see coming, Node would keep nothing of what it has compiled.
  flushCompileCache()
  process.execve?.(file, program, environment)
}
