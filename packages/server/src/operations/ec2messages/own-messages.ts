import { type Caller, nodeIdOf } from '../../domain/caller.ts'
import { ServiceError } from '../../domain/error.ts'

/** Messages are for nodes; whoever else holds the permission has none. */
export function messagesOf(caller: Caller): string {
  const nodeId = nodeIdOf(caller)
  if (nodeId === undefined) throw new ServiceError('InvalidInstanceId', 'The caller is not a managed node.')
  return nodeId
}
