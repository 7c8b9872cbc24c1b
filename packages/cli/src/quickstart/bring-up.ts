import { serverClient } from '../api/server-client.ts'
import type { RunningServer } from '../installation/running-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { duration } from '../terminal/duration.ts'
import type { Progress } from '../terminal/progress.ts'
import { portsOf, startControlPlane, untilReady } from './control-plane.ts'
import type { Crew } from './crew.ts'
import { requireFreePort } from './free-port.ts'
import { type HelloResult, runHello } from './hello-command.ts'
import { makeIdentities, nodeRole, sandboxUser } from './identities.ts'
import type { Sandbox } from './sandbox.ts'
import { nodeIdentity, startNode, untilOnline } from './sandbox-node.ts'

export interface BringUpParts {
  readonly sandbox: Sandbox
  readonly crew: Crew
  readonly port: number
  readonly progress: Progress
}

/** The sandbox when its first command has run. */
export interface SandboxUp {
  readonly server: RunningServer
  readonly url: string
  readonly nodeId: string
  readonly commandId: string
  readonly output: string
  readonly commandMs: number
}

/** Starts server and node, and runs a command, all through the public API. Rejects with what is wrong. */
export async function bringUp(
  { sandbox, crew, port, progress }: BringUpParts,
  surroundings: Surroundings,
): Promise<SandboxUp> {
  sandbox.take(process.pid)
  for (const one of portsOf(port)) await requireFreePort(one)

  const server = await progress.step('Starting the control plane', async () => {
    const program = crew.start(() => startControlPlane(sandbox, port, surroundings))
    const value = await untilReady(program, sandbox, surroundings)
    return { told: `Control plane ready on ${value.url}`, value }
  })
  const client = serverClient(server, surroundings.now)

  const identity = await progress.step('Making a user, a role and an activation', async () => {
    await makeIdentities(client)
    const value = await nodeIdentity(client, sandbox)
    const last = value.kind === 'registered' ? 'the node is known already' : 'an activation'
    return { told: `User ${sandboxUser}, role ${nodeRole}, ${last}`, value }
  })

  const nodeId = await progress.step('Starting the node agent', async () => {
    const agent = crew.start(() => startNode(identity, server, sandbox, surroundings))
    const value = await untilOnline(agent, identity, client, sandbox, surroundings)
    return { told: `This machine is managed node ${value}`, value }
  })

  const hello = await progress.step<HelloResult>('Running AWS-RunShellScript on it', async () => {
    const value = await runHello(client, nodeId, surroundings)
    return { told: `AWS-RunShellScript ended as Success ${duration(value.tookMs)} after SendCommand`, value }
  })
  return {
    server,
    url: server.url,
    nodeId,
    commandId: hello.commandId,
    output: hello.output,
    commandMs: hello.tookMs,
  }
}
