import { Agent } from 'node:http'
import type { ApiClient } from './api-client.ts'
import { type ControlPlaneAddress, makeNodeKeyPair, type NodeKeyPair, SimulatedNode } from './simulated-node.ts'

export interface FleetOrder {
  readonly url: string
  readonly region: string
  readonly count: number
  /** Tags of the activation, and so of every node. */
  readonly tags?: Readonly<Record<string, string>>
  readonly roleName?: string
  /** One pair for all of them; made when left out. */
  readonly keys?: NodeKeyPair
}

const atOnce = 16

/** Makes a role for nodes, with AmazonSSMManagedInstanceCore, and an activation; answers what nodes register with. */
export async function makeActivation(
  root: ApiClient,
  { roleName = 'Nodes', count, tags = {} }: Pick<FleetOrder, 'roleName' | 'count' | 'tags'>,
): Promise<{ readonly id: string; readonly code: string }> {
  await root.query('iam', 'CreateRole', {
    RoleName: roleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }),
  })
  await root.query('iam', 'AttachRolePolicy', {
    RoleName: roleName,
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
  })
  const { ActivationId: id = '', ActivationCode: code = '' } = await root.call('ssm', 'CreateActivation', {
    IamRole: roleName,
    RegistrationLimit: count,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })
  return { id, code }
}

/** Registers so many nodes through the public API and reports their health once. */
export async function registerFleet(root: ApiClient, order: FleetOrder): Promise<readonly SimulatedNode[]> {
  return registerNodes(order, await makeActivation(root, order))
}

/** The same with an activation that is there already. */
export async function registerNodes(
  { url, region, count, keys = makeNodeKeyPair() }: Pick<FleetOrder, 'url' | 'region' | 'count' | 'keys'>,
  activation: { readonly id: string; readonly code: string },
): Promise<readonly SimulatedNode[]> {
  const connections = new Agent({ keepAlive: true, maxSockets: atOnce })
  const address: ControlPlaneAddress = { url, region, connections }
  const nodes: SimulatedNode[] = []
  let begun = 0
  const register = async () => {
    while (begun < count) {
      const node = await SimulatedNode.register(address, activation, keys, `fingerprint-${begun++}`)
      await node.reportHealth()
      nodes.push(node)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, register))
  return nodes
}
