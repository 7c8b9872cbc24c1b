import type { InstanceInformation } from '@fairlead/wire/model/generated/ssm'
import { askServer } from '../session/ask-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { nodeIdsOf } from './find-nodes.ts'
import { listNodes, nodeName } from './list-nodes.ts'
import { naturally } from './natural-order.ts'
import { nodeDetails } from './node-details.ts'
import { readFilter } from './node-filters.ts'
import { nodeTable, type TaggedNode } from './node-table.ts'
import { tagsOfNodes } from './node-tags.ts'
import { valueBatches } from './value-batches.ts'

export interface NodesOptions {
  readonly dataDir?: string
  readonly json?: boolean
  /** Of however many nodes. */
  readonly tags?: boolean
}

/** The API has no way to the tags of several nodes: of more than these they are asked for only when they are wanted. */
const [mostTagged, mostTaggedInJson] = [25, 200]

/** `fairlead nodes`: a table of those that fit, or all that is known of one. */
export async function nodesCommand(
  words: readonly string[],
  { dataDir, json = false, tags: wantsTags = false }: NodesOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr, now } = surroundings
  const ask = askServer(dataDir, surroundings)
  const names = words.filter((word) => !word.includes('='))
  const filters = words.filter((word) => word.includes('=')).map(readFilter)
  const ids = names.length === 0 ? undefined : await nodeIdsOf(ask, names.join(','))
  const nodes: InstanceInformation[] = []
  for (const some of ids === undefined ? [undefined] : valueBatches(ids)) {
    const named = some === undefined ? [] : [{ Key: 'InstanceIds', Values: some }]
    for await (const node of listNodes(ask, [...filters, ...named])) nodes.push(node)
  }
  nodes.sort((one, other) => naturally(nodeName(one), nodeName(other)))
  const most = wantsTags ? Number.POSITIVE_INFINITY : json ? mostTaggedInJson : mostTagged
  const nodeIds = nodes.map(({ InstanceId = '' }) => InstanceId)
  const tags = nodes.length > most ? undefined : await tagsOfNodes(ask, nodeIds)
  const rows = nodes.map((node): TaggedNode => ({ ...node, Tags: tags?.get(node.InstanceId ?? '') }))
  const [only] = rows
  if (json) stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
  else if (ids?.length === 1 && only !== undefined) stdout.write(await nodeDetails(ask, only, now()))
  else if (rows.length === 0) stderr.write(`No node${words.length > 0 ? ' fits' : ' has registered yet'}.\n`)
  else stdout.write(nodeTable(rows, now(), stdout.isTTY === true ? stdout.columns : undefined))
  if (nodes.length > most && (json || stdout.isTTY === true)) {
    stderr.write(`Tags of more than ${most} nodes are shown with --tags.\n`)
  }
}
