import { type HandshakeResponse, MessageError, type SessionType } from '@fairlead/wire/session-message'
import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import type { Log } from '../log.ts'
import { startCommand } from './command/command-session.ts'
import { startPort, targetOf } from './port/port-session.ts'
import type { PlannedSession } from './session-order.ts'
import { surroundingsOf } from './shell/environment.ts'
import { chooseUser, type RunAs, RunAsError } from './shell/run-as.ts'
import { startShell } from './shell/shell-session.ts'
import type { Outlet, SessionWork } from './stream/session-work.ts'

export interface WorkWorld {
  readonly clock: Clock
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
}

type Members = Readonly<Record<string, unknown>>

/**
 * The session types that begin with a handshake. Amazon's agent leaves it out for interactive commands: its client then reads
 * no key before their first output, and a command that waits for input in silence waits for ever.
 */
export const withHandshake: readonly SessionType[] = ['Port', 'NonInteractiveCommands', 'InteractiveCommands']

/** Refuses what could not be started, before the client is asked anything. Throws as `startWork` does. */
export function checkWork(plan: PlannedSession): void {
  if (process.platform === 'win32') throw new MessageError('This agent has no sessions on Windows yet.')
  if (plan.sessionType === 'Port') targetOf(plan.properties)
  else userOf(plan)
  if (plan.sessionType.endsWith('Commands')) commandOf(plan.properties)
}

/**
 * Starts what a session is about; `response` is the client's part in the handshake, if there was one. Throws an error whose
 * text is for whoever started the session.
 */
export function startWork(
  plan: PlannedSession,
  response: HandshakeResponse | undefined,
  world: WorkWorld,
  outlet: Outlet,
): SessionWork {
  const { inputs, properties, sessionType } = plan
  if (sessionType === 'Port') {
    if (response === undefined) throw new MessageError('A port session needs a handshake.')
    return startPort(properties, response, outlet, world.clock)
  }
  const runAs = userOf(plan)
  const shell = { runAs, ...surroundingsOf(runAs, world.environment) }
  switch (sessionType) {
    case 'Standard_Stream':
      return startShell({ ...shell, command: undefined, profile: inputs.shellProfile.linux }, outlet, world.clock)
    case 'InteractiveCommands':
      return startShell({ ...shell, command: commandOf(properties), profile: '' }, outlet, world.clock)
    case 'NonInteractiveCommands':
      return startCommand(
        { ...shell, command: commandOf(properties), separate: separationOf(properties) },
        outlet,
        world.clock,
      )
  }
}

function userOf({ inputs, properties, runAsUser, sessionType }: PlannedSession): RunAs | undefined {
  const ownUid = process.getuid?.()
  if (sessionType !== 'Standard_Stream' && isTrue(ofThisPlatform(properties)['runAsElevated'])) {
    if (ownUid === 0) return undefined
    throw new RunAsError('The agent of this node does not run as root, so it cannot run an elevated command.')
  }
  return chooseUser({ isEnabled: inputs.runAsEnabled, tagged: runAsUser, preferred: inputs.runAsDefaultUser }, ownUid)
}

function commandOf(properties: Members): string {
  const { commands } = ofThisPlatform(properties)
  if (typeof commands !== 'string' || commands.trim() === '') {
    throw new MessageError(`The session document has no commands for ${platformName()}.`)
  }
  return commands
}

function separationOf(properties: Members) {
  const { separateOutputStream, stdOutSeparatorPrefix, stdErrSeparatorPrefix } = ofThisPlatform(properties)
  if (!isTrue(separateOutputStream)) return undefined
  return { stdoutPrefix: String(stdOutSeparatorPrefix ?? ''), stderrPrefix: String(stdErrSeparatorPrefix ?? '') }
}

function ofThisPlatform(properties: Members): Members {
  const own = properties[platformName()]
  return isObject(own) ? own : {}
}

function platformName(): string {
  return process.platform === 'darwin' ? 'macos' : 'linux'
}

// Documents write it both ways.
function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
