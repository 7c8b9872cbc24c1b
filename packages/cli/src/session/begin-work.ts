import type { RequestedAction } from '@fairlead/wire/session-message'
import { canMultiplex, isOurAgent } from './client-version.ts'
import { ForwardWork } from './forward-work.ts'
import { PipeWork } from './pipe-work.ts'
import type { ClientWork, WorkOutlet } from './session-work.ts'
import type { SessionWorld } from './session-world.ts'
import { ShellWork } from './shell-work.ts'

/** What the node said about the session before it began. */
export interface SessionKind {
  readonly sessionType: string
  readonly properties: Extract<RequestedAction, { kind: 'sessionType' }>['properties']
  /** Undefined from agents that begin without a handshake. */
  readonly agentVersion: string | undefined
  readonly agentName?: string | undefined
}

/** A shell of which nothing was said. */
export const plainShell: SessionKind = {
  sessionType: 'Standard_Stream',
  properties: null,
  agentVersion: undefined,
  agentName: undefined,
}

/** Why a kind of session can't be had, in words for the user; undefined when it can. */
export function refusalOf({ sessionType, properties, agentVersion = '' }: SessionKind): string | undefined {
  if (sessionType === 'Port') {
    if (properties?.['type'] !== 'LocalPortForwarding' || canMultiplex(agentVersion)) return undefined
    return `The agent of the node is too old to forward ports (${agentVersion}; 3.1.1512.0 can).`
  }
  return shells.has(sessionType) ? undefined : `Unknown session type ${sessionType}`
}

/** True when standard output carries what a program reads, and nothing else may be written there. */
export function isForProgram({ sessionType, properties }: SessionKind, { stdout }: SessionWorld): boolean {
  if (sessionType === 'Port') return properties?.['type'] !== 'LocalPortForwarding'
  return stdout.isTTY !== true
}

export function beginWork(
  kind: SessionKind,
  sessionId: string,
  world: SessionWorld,
  outlet: WorkOutlet,
  onExitCode: (code: number) => void,
): ClientWork {
  const { sessionType, properties } = kind
  if (sessionType !== 'Port') {
    const hasInput = sessionType !== 'NonInteractiveCommands'
    const isShell = sessionType === 'Standard_Stream'
    return new ShellWork(world, outlet, { hasInput, isShell, onExitCode })
  }
  if (properties?.['type'] !== 'LocalPortForwarding') return new PipeWork(world, outlet)
  return new ForwardWork(world, outlet, {
    sessionId,
    canHalfClose: isOurAgent(kind.agentName),
    listenOn: listenOn(properties),
  })
}

const shells: ReadonlySet<string> = new Set(['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands'])

function listenOn(properties: Readonly<Record<string, unknown>>): number | string {
  const { localConnectionType, localUnixSocket, localPortNumber } = properties
  if (localConnectionType === 'unix' && typeof localUnixSocket === 'string') return localUnixSocket
  const port = Number(localPortNumber ?? 0)
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0
}
