import { CliError } from '../cli-error.ts'
import type { Surroundings } from '../surroundings.ts'
import { readForward } from './forward-route.ts'
import { processWorld } from './process-world.ts'
import { runSession } from './run-session.ts'
import { sessionApi } from './session-api.ts'
import { sessionServer } from './session-target.ts'

export interface SessionOptions {
  readonly dataDir?: string
  readonly reason?: string
}

interface Start {
  readonly Target: string
  readonly DocumentName?: string
  readonly Parameters?: Readonly<Record<string, string[]>>
}

/** `fairlead shell`: the exit status is the session's. */
export function shellCommand(nodeId: string, options: SessionOptions, surroundings: Surroundings): Promise<number> {
  return startAndRun({ Target: nodeId }, options, surroundings)
}

/** `fairlead forward`: up to Ctrl-C. Throws CliError for a route that is none. */
export function forwardCommand(
  nodeId: string,
  route: string,
  options: SessionOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { localPort, host, port } = readForward(route)
  const ports = { portNumber: [String(port)], ...(localPort === 0 ? {} : { localPortNumber: [String(localPort)] }) }
  const start =
    host === undefined
      ? { DocumentName: 'AWS-StartPortForwardingSession', Parameters: ports }
      : { DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost', Parameters: { ...ports, host: [host] } }
  return startAndRun({ Target: nodeId, ...start }, options, surroundings)
}

async function startAndRun(start: Start, options: SessionOptions, surroundings: Surroundings): Promise<number> {
  const server = sessionServer(options.dataDir, surroundings)
  const { certificateAuthority, client } = server
  const Reason = options.reason === undefined ? {} : { Reason: options.reason }
  const answer = await (await client()).ssm('StartSession', { ...start, ...Reason })
  const { SessionId: sessionId, TokenValue: token, StreamUrl: streamUrl } = answer
  if (!sessionId || !token || !streamUrl) throw new CliError('StartSession answered without a session.')
  const world = { ...processWorld(), ...sessionApi(client), certificateAuthority }
  return runSession({ sessionId, token, streamUrl }, world)
}
