import { isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { listNodes, nodeName } from '../nodes/list-nodes.ts'
import type { Batch } from './node-choice.ts'
import type { NamedNode } from './outcome-groups.ts'

/** The nodes of a batch that names them, with their names if those may be read. */
export async function namedNodes(
  ask: Ask,
  { InstanceIds, Targets: [target] = [] }: Batch,
): Promise<readonly NamedNode[]> {
  const Values = InstanceIds ?? target?.Values ?? []
  const names = new Map<string, string>()
  try {
    for await (const node of listNodes(ask, [{ Key: 'InstanceIds', Values }])) {
      names.set(node.InstanceId ?? '', nodeName(node))
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  return Values.map((nodeId) => ({ nodeId, name: names.get(nodeId) ?? '' }))
}
