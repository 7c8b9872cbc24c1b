import { type Caller, nodeIdOf } from '../domain/caller.ts'
import { ServiceError } from '../domain/error.ts'

/**
 * The node that the caller is. A node's role may allow an action on `*`, so that the node named in
 * the request is this very node has to be said here (design D6).
 */
export function requireOwnNode(caller: Caller, nodeId: string, action: string): void {
  if (nodeIdOf(caller) === nodeId) return
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action} for the node ${nodeId}: a node can act only as itself`,
  )
}
