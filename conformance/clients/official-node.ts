import { eventually } from '@fairlead/testkit/eventually'
import { makeNodeRole } from '@fairlead/testkit/running-node'
import type { RunningServer } from '@fairlead/testkit/running-server'
import { type AgentServer, findOfficialAgent, OfficialAgent } from './official-agent.ts'

export interface OfficialNode {
  readonly agent: OfficialAgent
  readonly nodeId: string
}

/**
 * A node with Amazon's agent, which finds the server at `place`: it has said what it is, and its channel is open. Undefined
 * when there is no such agent. `t` ends it, before the server if it is `lastFirst`, which would wait for it otherwise.
 */
export async function runOfficialNode(
  t: { after(end: () => Promise<void>): void },
  server: RunningServer,
  place: AgentServer = server,
): Promise<OfficialNode | undefined> {
  const { folder, skip } = findOfficialAgent()
  if (skip !== false) return undefined
  const root = server.client()
  const { ActivationId: id = '', ActivationCode: code = '' } = await root.call('ssm', 'CreateActivation', {
    IamRole: await makeNodeRole(root),
    DefaultInstanceName: 'official',
  })
  const agent = new OfficialAgent(folder, place, { id, code })
  t.after(() => agent.end())
  const nodeId = await eventually(
    async () => {
      const { InstanceInformationList: [node] = [] } = await root.call('ssm', 'DescribeInstanceInformation', {
        Filters: [{ Key: 'ActivationIds', Values: [id] }],
      })
      const { InstanceId: Target = '', PingStatus, AgentVersion } = node ?? {}
      if (PingStatus !== 'Online' || AgentVersion === undefined) return undefined
      return (await root.call('ssm', 'GetConnectionStatus', { Target })).Status === 'connected' ? Target : undefined
    },
    "Amazon's agent is there",
    40_000,
  ).catch((error: Error) => Promise.reject(new Error(`${error.message}\n${agent.output.slice(-4_000)}`)))
  return { agent, nodeId }
}
