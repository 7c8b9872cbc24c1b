import type { Tag } from '@fairlead/wire/model/generated/ssm'
import { isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'

const atOnce = 8

/** The tags of nodes, by id; undefined when they may not be read. */
export async function tagsOfNodes(
  ask: Ask,
  nodeIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Tag[]> | undefined> {
  const tags = new Map<string, readonly Tag[]>()
  let next = 0
  const read = async () => {
    for (let id = nodeIds[next++]; id !== undefined; id = nodeIds[next++]) {
      const ResourceId = id
      const answer = await ask((api) => api.ssm('ListTagsForResource', { ResourceType: 'ManagedInstance', ResourceId }))
      tags.set(ResourceId, answer.TagList ?? [])
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, nodeIds.length) }, read))
    return tags
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

export function tagText(tags: readonly Tag[] = []): string {
  return tags.map(({ Key, Value }) => (Value ? `${Key}=${Value}` : Key)).join(' ')
}
