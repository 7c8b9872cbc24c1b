import type { AgentReport, ManagedNode, NodeListing, PingStatus, PlatformType } from '../../domain/managed-node.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, text, textOrNothing } from '../row.ts'

const registrationColumns = `node_id, activation_id, role_name, name, public_key, public_key_type, fingerprint,
  registered_at, ping_status`

export const insertNode = `INSERT INTO nodes (account, region, ${registrationColumns})
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

/** Parameters of `insertNode`, after account and region. A node that registers has not reported yet. */
export function nodeParams(node: ManagedNode): readonly SqlValue[] {
  return [
    node.nodeId,
    node.activationId,
    node.roleName,
    node.name ?? null,
    node.publicKey,
    node.publicKeyType,
    node.fingerprint,
    node.registeredAt.getTime(),
    node.pingStatus,
  ]
}

const reportColumns = `agent_name, agent_version, agent_status, platform_type, platform_name, platform_version,
  computer_name, ip_address, connection_channel`

export const nodeColumns = `${registrationColumns}, previous_public_key, previous_key_until,
  ${reportColumns}, last_ping_at`

/** Everything that makes a NodeListing. */
export const listingColumns = `node_id, activation_id, role_name, name, registered_at, ping_status,
  ${reportColumns}, last_ping_at`

/** Parameters $5 to $13 of `updateReport`, in the order of its columns. */
export function reportParams(report: AgentReport): readonly SqlValue[] {
  return [
    report.agentName,
    report.agentVersion,
    report.agentStatus ?? null,
    report.platformType,
    report.platformName ?? null,
    report.platformVersion ?? null,
    report.computerName ?? null,
    report.ipAddress ?? null,
    report.connectionChannel ?? null,
  ]
}

/** What a ping leaves out stays: the agent's first one says next to nothing (agent reference, 2). */
export const updateReport = `UPDATE nodes SET last_ping_at = $4, ${reportColumns
  .split(/,\s*/)
  .map((column, index) => `${column} = COALESCE($${index + 5}, ${column})`)
  .join(', ')}
  WHERE account = $1 AND region = $2 AND node_id = $3`

/** @param tags those of this node */
export function nodeOf(row: Row, tags: Tags): ManagedNode {
  return {
    ...listingOf(row),
    publicKey: text(row, 'public_key'),
    publicKeyType: text(row, 'public_key_type') as ManagedNode['publicKeyType'],
    previousPublicKey: textOrNothing(row, 'previous_public_key'),
    previousKeyUntil: row['previous_key_until'] === null ? undefined : date(row, 'previous_key_until'),
    fingerprint: text(row, 'fingerprint'),
    tags,
  }
}

export function listingOf(row: Row): NodeListing {
  return {
    nodeId: text(row, 'node_id'),
    activationId: text(row, 'activation_id'),
    roleName: text(row, 'role_name'),
    name: textOrNothing(row, 'name'),
    registeredAt: date(row, 'registered_at'),
    report: reportOf(row),
    lastPingAt: row['last_ping_at'] === null ? undefined : date(row, 'last_ping_at'),
    pingStatus: text(row, 'ping_status') as PingStatus,
  }
}

function reportOf(row: Row): AgentReport | undefined {
  if (row['agent_version'] === null) return undefined
  return {
    agentName: text(row, 'agent_name'),
    agentVersion: text(row, 'agent_version'),
    agentStatus: textOrNothing(row, 'agent_status'),
    platformType: text(row, 'platform_type') as PlatformType,
    platformName: textOrNothing(row, 'platform_name'),
    platformVersion: textOrNothing(row, 'platform_version'),
    computerName: textOrNothing(row, 'computer_name'),
    ipAddress: textOrNothing(row, 'ip_address'),
    connectionChannel: textOrNothing(row, 'connection_channel'),
  }
}
