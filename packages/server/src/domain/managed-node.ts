import type { Tags } from './tag.ts'

export type PlatformType = 'Windows' | 'Linux' | 'MacOS'
export type PingStatus = 'Online' | 'ConnectionLost' | 'Inactive'

/** What the agent says of its machine in UpdateInstanceInformation. */
export interface AgentReport {
  readonly agentName: string
  readonly agentVersion: string
  readonly agentStatus?: string | undefined
  readonly platformType: PlatformType
  readonly platformName?: string | undefined
  readonly platformVersion?: string | undefined
  readonly computerName?: string | undefined
  readonly ipAddress?: string | undefined
  /** `ssmmessages`, `ec2messages`, or empty while the channel is not open yet. */
  readonly connectionChannel?: string | undefined
}

export interface ManagedNode {
  readonly nodeId: string
  readonly activationId: string
  /** Name (with path) of the role whose policies bind the node (design D6). */
  readonly roleName: string
  readonly name?: string | undefined
  readonly publicKey: string
  readonly publicKeyType: 'Rsa'
  /** The key before a rotation is still good for a while: the agent may have missed our answer. */
  readonly previousPublicKey?: string | undefined
  readonly previousKeyUntil?: Date | undefined
  readonly fingerprint: string
  readonly registeredAt: Date
  readonly report?: AgentReport | undefined
  /** Last heartbeat or channel activity; undefined until the agent was first heard. */
  readonly lastPingAt?: Date | undefined
  /** As last announced; `presence` says what it should be now. */
  readonly pingStatus: PingStatus
  readonly tags: Tags
}

/** A node as listings have it: without its keys and its tags. */
export type NodeListing = Omit<
  ManagedNode,
  'publicKey' | 'publicKeyType' | 'previousPublicKey' | 'previousKeyUntil' | 'fingerprint' | 'tags'
>

/** Agents ping every 5 minutes; two missed pings and a margin for a slow one (agent reference, 10.7). */
export const connectionLostAfterMs = 11 * 60_000
/** AWS keeps a silent node listed; after this long it is no longer expected back. */
export const inactiveAfterMs = 30 * 24 * 60 * 60_000

/**
 * Whether a node counts as reachable now: its control channel is open or its last ping is recent.
 * AWS publishes no number for ConnectionLost; ours is above.
 */
export function presence(
  node: Pick<ManagedNode, 'lastPingAt' | 'registeredAt'>,
  channelOpen: boolean,
  now: Date,
): PingStatus {
  if (channelOpen) return 'Online'
  const silentMs = now.getTime() - (node.lastPingAt ?? node.registeredAt).getTime()
  if (silentMs >= inactiveAfterMs) return 'Inactive'
  if (node.lastPingAt === undefined) return 'Inactive'
  return silentMs < connectionLostAfterMs ? 'Online' : 'ConnectionLost'
}
