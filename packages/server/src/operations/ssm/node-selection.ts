import type { Decision } from '@fairlead/iam'
import { nodeArn } from '../../domain/arn.ts'
import type { Target } from '../../domain/command.ts'
import type { Document } from '../../domain/document.ts'
import { ServiceError } from '../../domain/error.ts'
import type { InvocationDetails } from '../../domain/invocation.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import type { Scope } from '../../domain/scope.ts'
import type { NodeCondition } from '../../store/node-store.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { isNodeIds, type TargetConditions, targetConditions } from './target-conditions.ts'

/** A node that a command goes to, or a reason why it ends there before it began. */
export interface SelectedNode {
  readonly nodeId: string
  readonly ended?: InvocationDetails
  /** Of a node chosen by Targets, that is here. */
  readonly node?: NodeListing | undefined
  readonly decision?: Decision | undefined
}

/**
 * The nodes of a tag are found anew for each page: ten pages of 10,000 nodes took 250 ms, two take 65. More at one time would
 * keep everybody else waiting.
 */
const pageOfNodes = 5000

/** Nodes that were named, and that the document does not run on. */
export class UnsupportedPlatform extends ServiceError {
  readonly nodeIds: readonly string[]

  constructor({ name }: Document, nodeIds: readonly string[]) {
    super('UnsupportedPlatformType', `Document ${name} does not run on the platform of [${nodeIds.join(', ')}].`)
    this.nodeIds = nodeIds
  }
}

/** A node named by itself must be one that can have the document; the caller is allowed to use it already. */
export async function namedNodes(
  nodeIds: readonly string[],
  document: Document,
  context: Context,
): Promise<readonly SelectedNode[]> {
  if (new Set(nodeIds).size < nodeIds.length) {
    throw new ServiceError('DuplicateInstanceId', 'A node may be named once.')
  }
  const nodes = await Promise.all(nodeIds.map((nodeId) => context.store.nodes.findNode(nodeId)))
  const missing = nodeIds.filter((_, index) => nodes[index] === undefined)
  if (missing.length > 0) throw invalidNodes(missing, context.scope)
  const others = nodes.flatMap((node) => (node && !runsOn(document, node) ? [node.nodeId] : []))
  if (others.length > 0) throw new UnsupportedPlatform(document, others)
  return nodeIds.map((nodeId) => ({ nodeId }))
}

/**
 * Nodes chosen by Targets: each is decided on its own tags, a denied one ends at once (design D1), and
 * nobody who may use none of them learns which there are.
 */
export async function targetedNodes(
  targets: readonly Target[],
  document: Document,
  context: Context,
): Promise<readonly SelectedNode[]> {
  const { scope } = context
  const { conditions, tags } = await targetConditions(targets, context)
  const nodes = conditions === undefined ? [] : await resolve(conditions, context)
  const unknown = unknownNodes(targets, nodes)
  const all = [...nodes.map(({ nodeId }) => nodeId), ...unknown]
  if (all.length === 0) {
    await context.require(anyNodeChecks(tags, scope))
    return []
  }
  const checks = all.map((nodeId) => nodeCheck(nodeId, scope))
  const decisions = await context.decide(checks)
  if (decisions.every(({ effect }) => effect !== 'Allowed')) await context.require(checks)

  const supported = new Set(nodes.filter((node) => runsOn(document, node)).map(({ nodeId }) => nodeId))
  return all.map((nodeId, index) => {
    const decision = decisions[index]
    if (decision?.effect !== 'Allowed') return { nodeId, decision, ended: 'AccessDenied' }
    const node = nodes[index]
    if (node === undefined) return { nodeId, ended: 'Undeliverable' }
    return supported.has(nodeId) ? { nodeId, node } : { nodeId, node, ended: 'InvalidPlatform' }
  })
}

export function nodeCheck(nodeId: string, scope: Scope): AccessCheck {
  return { resource: nodeArn(scope, nodeId), tagsOf: { type: 'ManagedInstance', id: nodeId } }
}

/** AWS's text, double brackets and all. */
export function invalidNodes(nodeIds: readonly string[], scope: Scope): ServiceError {
  return new ServiceError(
    'InvalidInstanceId',
    `Instances [[${nodeIds.join(', ')}]] not in a valid state for account ${scope.account}`,
  )
}

async function resolve(
  conditions: readonly NodeCondition[],
  { store, signal }: Context,
): Promise<readonly NodeListing[]> {
  const nodes: NodeListing[] = []
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = await store.nodes.listNodes(conditions, { limit: pageOfNodes, after })
    nodes.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return nodes
}

/** Nodes that were asked for by id and are not there: reported, not left out. */
function unknownNodes(targets: readonly Target[], nodes: readonly NodeListing[]): readonly string[] {
  const [first, ...more] = targets
  if (!first || more.length > 0 || !isNodeIds(first.key)) return []
  const known = new Set(nodes.map(({ nodeId }) => nodeId))
  return [...new Set(first.values)].filter((nodeId) => !known.has(nodeId) && /^(?:i|mi)-\w{8,17}$/.test(nodeId))
}

/** A node that has not said yet what it is may have it: its agent skips what does not suit it. */
export function runsOn({ platformTypes }: Document, { report }: NodeListing): boolean {
  return report === undefined || platformTypes.includes(report.platformType)
}

/** Any node of either kind with these tags; several values are asked one by one (authorization reference, 2.3). */
function anyNodeChecks(tags: TargetConditions['tags'], scope: Scope): readonly AccessCheck[] {
  const times = Math.max(1, ...tags.map(({ values }) => values.length))
  return Array.from({ length: times }, (_, index) => {
    const pairs = tags.map(({ key, values }) => [key, values[Math.min(index, values.length - 1)] ?? ''])
    const asked = { tags: Object.fromEntries(pairs) }
    return ['i-*', 'mi-*'].map((nodeId) => ({ resource: nodeArn(scope, nodeId).replace(/\/m?i-\*$/, '/*'), ...asked }))
  }).flat()
}
