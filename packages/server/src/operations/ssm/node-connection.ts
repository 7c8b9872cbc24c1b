import { ServiceError } from '../../domain/error.ts'
import type { Context } from '../operation.ts'

type Parts = Pick<Context, 'store' | 'sessionLinks' | 'scope'>

/**
 * Passes when the node can be reached.
 *
 * @throws {ServiceError} TargetNotConnected, that says why
 */
export async function requireConnected(nodeId: string, parts: Parts): Promise<void> {
  const reason = await whyNotConnected(nodeId, parts)
  // AWS's text, and what AWS leaves out.
  if (reason !== undefined) throw new ServiceError('TargetNotConnected', `${nodeId} is not connected. ${reason}`)
}

async function whyNotConnected(nodeId: string, { store, sessionLinks, scope }: Parts): Promise<string | undefined> {
  const node = await store.nodes.findNode(nodeId)
  if (!node) {
    return (await hasHistory(nodeId, store))
      ? 'It was deregistered: register it anew with an activation.'
      : `No node of this id is registered in account ${scope.account}, region ${scope.region}: it never was, or was deregistered before anything ran on it.`
  }
  if (sessionLinks.isConnected(nodeId)) return undefined
  const { lastPingAt, registeredAt, roleName } = node
  // A node whose role denies it everything looks like one that is off.
  const denial = `its role ${roleName} may not allow ssm:UpdateInstanceInformation`
  if (!lastPingAt) {
    return `It registered at ${registeredAt.toISOString()}, and its agent was not heard since: it may not run, or ${denial}.`
  }
  const heard = `Its agent was last heard at ${lastPingAt.toISOString()}`
  if (node.pingStatus !== 'Online') {
    return `${heard}, and it is offline since: see that the node is up and the agent runs, or ${denial}.`
  }
  return sessionLinks.isYoung
    ? `${heard}. This server was started a moment ago, and agents come back within half a minute: try again.`
    : `${heard}, and it has no control channel open now: it may just have stopped or be starting, or its role ${roleName} may not allow ssmmessages:CreateControlChannel and ssmmessages:OpenControlChannel.`
}

/** Nodes leave no trace of their own, but what they did stays. */
async function hasHistory(nodeId: string, store: Context['store']): Promise<boolean> {
  const one = { limit: 1 }
  const pages = await Promise.all([
    store.commands.listCommands({ nodeId }, one),
    store.sessions.listSessions('active', { nodeId }, one),
    store.sessions.listSessions({ endedSince: new Date(0) }, { nodeId }, one),
  ])
  return pages.some(({ items }) => items.length > 0)
}
