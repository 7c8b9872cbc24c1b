import { MessageError } from '@fairlead/wire/session-message'
import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import type { Log } from '../log.ts'
import type { PlannedSession } from './session-order.ts'
import { surroundingsOf } from './shell/environment.ts'
import { chooseUser } from './shell/run-as.ts'
import { startShell } from './shell/shell-session.ts'
import type { Outlet, SessionWork } from './stream/session-work.ts'

export interface WorkWorld {
  readonly clock: Clock
  readonly log: Log
  readonly sessionId: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Starts what a session is about. Throws an error whose text is for whoever started the session. */
export function startWork(plan: PlannedSession, world: WorkWorld, outlet: Outlet): SessionWork {
  if (process.platform === 'win32') throw new MessageError('This agent has no sessions on Windows yet.')
  const { inputs, properties, sessionType } = plan
  const { runAsEnabled: isEnabled, runAsDefaultUser: preferred } = inputs
  const runAs = chooseUser({ isEnabled, tagged: plan.runAsUser, preferred }, process.getuid?.())
  const shell = { runAs, ...surroundingsOf(runAs, world.environment) }
  switch (sessionType) {
    case 'Standard_Stream':
      return startShell({ ...shell, command: undefined, profile: inputs.shellProfile.linux }, outlet, world.clock)
    case 'InteractiveCommands':
      return startShell({ ...shell, command: commandOf(properties), profile: '' }, outlet, world.clock)
    default:
      throw new MessageError(`Sessions of type ${sessionType} are not served yet.`)
  }
}

/** The command line for this platform. */
function commandOf(properties: Readonly<Record<string, unknown>>): string {
  const name = process.platform === 'darwin' ? 'macos' : 'linux'
  const own = properties[name]
  const commands = isObject(own) ? own['commands'] : undefined
  if (typeof commands !== 'string' || commands.trim() === '') {
    throw new MessageError(`The session document has no commands for ${name}.`)
  }
  return commands
}
