import { ServiceError } from '../../domain/error.ts'
import type { ManagedNode } from '../../domain/managed-node.ts'
import type { Context } from '../operation.ts'

/** A node, and with which of its keys it has signed this request. */
export interface SigningNode {
  readonly node: ManagedNode
  readonly publicKey: string
}

/** @throws {ServiceError} InvalidInstanceId when the node was deregistered since its signature was checked */
export async function requireSigningNode({ caller, store }: Context): Promise<SigningNode> {
  if (caller.kind !== 'node-key') throw new TypeError(`A ${caller.kind} has no key of a node`)
  const node = await store.nodes.findNode(caller.nodeId)
  if (node) return { node, publicKey: caller.publicKey }
  throw new ServiceError('InvalidInstanceId', `${caller.nodeId} is not a managed node of this account.`)
}
