import type { ApiClient } from './api-client.ts'
import { eventually } from './eventually.ts'
import { type RunningAgent, runAgent } from './running-agent.ts'
import type { RunningServer } from './running-server.ts'

export interface NodeSettings {
  readonly tags?: Readonly<Record<string, string>>
  readonly secure?: boolean
  readonly options?: readonly string[]
  /** Where the agent finds the server, when that is not the server's own address. */
  readonly url?: string
}

/** Makes the role that a node acts with, unless it is there. Answers its name. */
export async function makeNodeRole(root: ApiClient): Promise<string> {
  const RoleName = 'Node'
  const trust = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }
  try {
    await root.query('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EntityAlreadyExists') return RoleName
    throw error
  }
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await root.query('iam', 'AttachRolePolicy', { RoleName, PolicyArn })
  return RoleName
}

/** An agent process on a node of the server's: activated through the API with these tags, and Online. */
export async function runNode(
  t: { after(end: () => Promise<void>): void },
  server: RunningServer,
  { tags = {}, secure = false, options = [], url = secure ? server.secureUrl : server.url }: NodeSettings = {},
): Promise<RunningAgent> {
  const root = server.client()
  const IamRole = await makeNodeRole(root)
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const { ActivationId, ActivationCode } = await root.call('ssm', 'CreateActivation', { IamRole, Tags })
  if (ActivationId === undefined || ActivationCode === undefined) throw new Error('CreateActivation answered nothing')
  const agent = await runAgent(t, {
    url,
    region: server.region,
    activationId: ActivationId,
    activationCode: ActivationCode,
    options,
    ...(secure ? { caFile: server.caFile } : {}),
  })
  await untilOnline(root, agent.nodeId)
  return agent
}

export function untilOnline(client: ApiClient, nodeId: string): Promise<true> {
  return eventually(async () => {
    const { InstanceInformationList: nodes = [] } = await client.call('ssm', 'DescribeInstanceInformation', {
      Filters: [{ Key: 'InstanceIds', Values: [nodeId] }],
    })
    return nodes[0]?.PingStatus === 'Online' ? true : undefined
  }, `${nodeId} is Online`)
}
