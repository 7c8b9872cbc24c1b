import type { NamedNode } from './outcome-groups.ts'

/** What to call each node: by its name where no other node of these has it, by its id otherwise. */
export function nodeLabels(nodes: Iterable<NamedNode>): (node: NamedNode) => string {
  const named = new Map<string, string>()
  const shared = new Set<string>()
  for (const { nodeId, name } of nodes) {
    const other = named.get(name)
    if (other !== undefined && other !== nodeId) shared.add(name)
    named.set(name, nodeId)
  }
  return ({ nodeId, name }) => (name === '' || shared.has(name) ? nodeId : name)
}
