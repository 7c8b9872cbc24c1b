import { CliError } from '../cli-error.ts'
import { nodeIdOf } from '../nodes/find-nodes.ts'
import type { Surroundings } from '../surroundings.ts'
import { askServer } from './ask-server.ts'
import { beginSession } from './begin-session.ts'
import { dataKeys } from './encryption/data-key.ts'
import { readForward } from './forward-route.ts'
import { processWorld } from './process-world.ts'
import { runSession } from './run-session.ts'
import { sessionApi } from './session-api.ts'
import { sessionServer } from './session-target.ts'
import type { SessionWorld } from './session-world.ts'

export interface SessionOptions {
  readonly dataDir?: string
  readonly reason?: string
}

export interface Start {
  readonly Target: string
  readonly DocumentName?: string
  readonly Parameters?: Readonly<Record<string, string[]>>
}

/** `fairlead shell`: the exit status is the session's. */
export async function shellCommand(node: string, options: SessionOptions, surroundings: Surroundings): Promise<number> {
  return await startAndRun({ Target: await targetOf(node, options, surroundings) }, options, surroundings)
}

/** `fairlead forward`: up to Ctrl-C. Throws CliError for a route that is none. */
export async function forwardCommand(
  node: string,
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
  const Target = await targetOf(node, options, surroundings)
  return await startAndRun({ Target, ...start }, options, surroundings)
}

/** The id of the node that is meant, by whatever it is called (`nodeIdOf`). */
export async function targetOf(node: string, { dataDir }: SessionOptions, surroundings: Surroundings): Promise<string> {
  return await nodeIdOf(askServer(dataDir, surroundings), node)
}

/** Starts a session and holds its client's end; `change` may put other streams in the place of this process's. */
export async function startAndRun(
  start: Start,
  options: SessionOptions,
  surroundings: Surroundings,
  change: (world: SessionWorld) => SessionWorld = (world) => world,
): Promise<number> {
  const server = sessionServer(options.dataDir, surroundings)
  const { certificateAuthority, client, kmsClient } = server
  const Reason = options.reason === undefined ? {} : { Reason: options.reason }
  const world = {
    ...processWorld(surroundings.environment, certificateAuthority),
    ...sessionApi(client),
    newDataKey: dataKeys(kmsClient, start.Target),
  }
  const session = await beginSession({
    world,
    pause: (ms, signal) => surroundings.pause(ms, signal),
    start: async (signal) => {
      const answer = await (await client()).ssm('StartSession', { ...start, ...Reason }, signal)
      const { SessionId: sessionId, TokenValue: token, StreamUrl: streamUrl } = answer
      if (!sessionId || !token || !streamUrl) throw new CliError('StartSession answered without a session.')
      return { sessionId, token, streamUrl }
    },
  })
  return typeof session === 'number' ? session : runSession(session, change(world))
}
