import type { ApiClient } from '../api/api-client.ts'
import { CliError } from '../cli-error.ts'
import type { RunningServer } from '../installation/running-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { nodeRole } from './identities.ts'
import { type Program, startProgram } from './program.ts'
import type { Sandbox } from './sandbox.ts'
import { until } from './until.ts'

/** A node that has registered before, or the activation that it is to register with. */
export type NodeIdentity =
  | { readonly kind: 'registered'; readonly nodeId: string }
  | { readonly kind: 'activation'; readonly id: string; readonly code: string }

const onlineLimitMs = 60_000

/** The sandbox's node as an earlier start left it; else a new activation. */
export async function nodeIdentity(client: ApiClient, sandbox: Sandbox): Promise<NodeIdentity> {
  const nodeId = sandbox.knownNode()
  if (nodeId !== undefined && (await describe(client, 'InstanceIds', nodeId)) !== undefined) {
    return { kind: 'registered', nodeId }
  }
  sandbox.forgetNode()
  const { ActivationId: id, ActivationCode: code } = await client.ssm('CreateActivation', {
    IamRole: nodeRole,
    DefaultInstanceName: 'sandbox',
    Description: 'The sandbox node of the quickstart',
    RegistrationLimit: 1,
    Tags: [{ Key: 'Environment', Value: 'sandbox' }],
  })
  if (id === undefined || code === undefined) throw new CliError('CreateActivation answered without an activation.')
  return { kind: 'activation', id, code }
}

/** Starts the agent that makes this machine the sandbox's node. */
export function startNode(
  identity: NodeIdentity,
  server: RunningServer,
  sandbox: Sandbox,
  { environment }: Surroundings,
): Program {
  const activation =
    identity.kind === 'activation' ? ['--activation-id', identity.id, '--activation-code', identity.code] : []
  const args = ['--endpoint', server.url, '--region', server.region, '--state-dir', sandbox.nodeDirectory]
  return startProgram({
    word: 'agent',
    args: [...args, ...activation],
    directory: sandbox.directory,
    logFile: sandbox.nodeLog,
    environment,
  })
}

/** Waits until the node is online, remembers it, and returns its id. Throws CliError when it does not come. */
export async function untilOnline(
  agent: Program,
  identity: NodeIdentity,
  client: ApiClient,
  sandbox: Sandbox,
  surroundings: Surroundings,
): Promise<string> {
  const startedAt = surroundings.now().getTime()
  const look = async () => {
    const node =
      identity.kind === 'registered'
        ? await describe(client, 'InstanceIds', identity.nodeId)
        : await describe(client, 'ActivationIds', identity.id)
    // A node that was online a moment ago counts as such still; only a ping of this agent tells that it is here.
    const isHere = node?.PingStatus === 'Online' && (node.LastPingDateTime?.getTime() ?? 0) >= startedAt
    return isHere ? node.InstanceId : undefined
  }
  const otherwise = `The node was not online within ${onlineLimitMs / 1000} s. What its agent says is in ${sandbox.nodeLog}`
  const nodeId = await Promise.race([until(look, surroundings, onlineLimitMs, otherwise), agent.failure])
  sandbox.rememberNode(nodeId)
  return nodeId
}

async function describe(client: ApiClient, key: 'InstanceIds' | 'ActivationIds', value: string) {
  const answer = await client.ssm('DescribeInstanceInformation', { Filters: [{ Key: key, Values: [value] }] })
  return answer.InstanceInformationList?.[0]
}
