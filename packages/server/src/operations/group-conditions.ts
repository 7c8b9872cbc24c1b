import { asksFor, type GroupQuery, nodeResourceTypes } from '../domain/resource-group-query.ts'
import type { NodeCondition } from '../store/node-store.ts'

/** The nodes that a group's query finds, of `types` alone when some are given; undefined when it asks for no nodes. */
export function groupConditions(query: GroupQuery, types?: readonly string[]): readonly NodeCondition[] | undefined {
  const narrowed = types && { resourceTypes: types, tagFilters: [] }
  const kinds = Object.entries(nodeResourceTypes).flatMap(([kind, type]) =>
    asksFor(query, type) && (narrowed === undefined || asksFor(narrowed, type)) ? [kind] : [],
  )
  if (kinds.length === 0) return undefined
  return [
    { key: 'resourceType', values: kinds },
    ...query.tagFilters.map(
      ({ key, values }): NodeCondition =>
        values.length === 0 ? { key: 'tagKey', values: [key] } : { key: `tag:${key}`, values },
    ),
  ]
}
