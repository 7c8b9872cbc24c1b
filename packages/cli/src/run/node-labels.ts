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

/** The same while names are still being read; a node without a name goes by its id. */
export function growingLabels(names: ReadonlyMap<string, string>): (nodeId: string) => string {
  let known = -1
  let label = nodeLabels([])
  return (nodeId) => {
    if (names.size !== known) label = nodeLabels([...names].map(([id, name]) => ({ nodeId: id, name })))
    known = names.size
    return label({ nodeId, name: names.get(nodeId) ?? '' })
  }
}
