import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import type { Command } from '../../domain/command.ts'
import { documentName } from '../../domain/document-catalogue.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import { concurrencyOf, limitOf } from '../../domain/rate-control.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { prepared, type Rehearsal, type RehearsedDenial, rehearsedDenial } from '../rehearsal.ts'
import { type ConfirmAbove, confirmAbove } from './confirm-above.ts'
import { type SelectedNode, UnsupportedPlatform } from './node-selection.ts'

/** What SendCommand stores, but for the invocations. */
export interface PreparedCommand {
  readonly command: Command
  readonly content: string
  readonly nodes: readonly SelectedNode[]
}

/** What would become of a command on each node. */
export interface CommandRehearsal extends Rehearsal {
  readonly Document: { readonly Name: string; readonly Denial?: RehearsedDenial | undefined }
  readonly Nodes: readonly RehearsedNode[]
  /** Nodes that are counted and not shown. */
  readonly MoreNodes?: number
  readonly Counts: Readonly<Partial<Record<Outcome, number>>>
  /** How many nodes would have it at one time, and at which error no further node would get it. */
  readonly RateControl?: { readonly NodesAtOnce: number; readonly StopsAtError: number }
  /** The tag of the caller's user or role. */
  readonly ConfirmAbove?: ConfirmAbove
}

/**
 * `Runs` at once, as far as concurrency lets it; `Waits` for a node that is not online, until the delivery timeout. The
 * others are the status details that the invocation would end with; `NotFound` has the whole command refused.
 */
type Outcome = 'Runs' | 'Waits' | 'AccessDenied' | 'InvalidPlatform' | 'Undeliverable' | 'NotFound' | 'NotTold'

interface RehearsedNode {
  readonly InstanceId: string
  readonly Outcome: Outcome
  readonly PingStatus?: string
  readonly PlatformType?: string
  readonly Denial?: RehearsedDenial
}

const mostNodes = 1_000

/** Everything of SendCommand but its effect. Of a node that the caller may not use only the denial is told. */
export async function rehearseCommand(
  input: SendCommandRequest,
  checks: readonly AccessCheck[],
  prepare: () => Promise<PreparedCommand>,
  context: Context,
): Promise<CommandRehearsal> {
  const decisions = await context.decide(checks)
  const outcome = await prepared(checks, decisions, prepare, context)
  const [ofDocument] = decisions
  const { InstanceIds: named = [] } = input
  const refusal = 'refusal' in outcome ? outcome.refusal : undefined
  const wrong = refusal instanceof UnsupportedPlatform ? refusal.nodeIds : []
  const nodes =
    named.length > 0
      ? await Promise.all(
          named.map(async (nodeId, index) => {
            const denial = rehearsedDenial(decisions[index + 1])
            if (denial) return deniedNode(nodeId, denial)
            // Who may not use the document has no reason to know how nodes are.
            if (ofDocument?.effect !== 'Allowed') return { InstanceId: nodeId, Outcome: 'NotTold' as const }
            const node = await context.store.nodes.findNode(nodeId)
            return ofNode(nodeId, node, wrong.includes(nodeId) ? 'InvalidPlatform' : undefined)
          }),
        )
      : 'value' in outcome
        ? outcome.value.nodes.map(ofSelected)
        : []
  const command = 'value' in outcome ? outcome.value.command : undefined
  const more = nodes.length - mostNodes
  const limit = await confirmAbove(context)
  return {
    Operation: 'SendCommand',
    WouldSucceed: command !== undefined,
    ...(refusal && { Refusal: { Code: refusal.code, Message: refusal.message } }),
    Document: { Name: documentName(input.DocumentName), Denial: rehearsedDenial(ofDocument) },
    Nodes: nodes.slice(0, mostNodes),
    ...(more > 0 ? { MoreNodes: more } : {}),
    Counts: countsOf(nodes),
    ...(command && {
      RateControl: {
        NodesAtOnce: Math.min(Math.max(1, nodes.length), concurrencyOf(command.maxConcurrency, nodes.length)),
        StopsAtError: limitOf(command.maxErrors, nodes.length) + 1,
      },
    }),
    ...(limit && { ConfirmAbove: limit }),
  }
}

function ofSelected({ nodeId, ended, node, decision }: SelectedNode): RehearsedNode {
  const denial = rehearsedDenial(decision)
  if (denial) return deniedNode(nodeId, denial)
  if (ended === 'Undeliverable') return { InstanceId: nodeId, Outcome: 'Undeliverable' }
  return ofNode(nodeId, node, ended === 'InvalidPlatform' ? ended : undefined)
}

function deniedNode(nodeId: string, denial: RehearsedDenial): RehearsedNode {
  return { InstanceId: nodeId, Outcome: 'AccessDenied', Denial: denial }
}

function ofNode(nodeId: string, node: NodeListing | undefined, ended: 'InvalidPlatform' | undefined): RehearsedNode {
  if (node === undefined) return { InstanceId: nodeId, Outcome: 'NotFound' }
  const { pingStatus, report } = node
  return {
    InstanceId: nodeId,
    Outcome: ended ?? (pingStatus === 'Online' ? 'Runs' : 'Waits'),
    PingStatus: pingStatus,
    ...(report && { PlatformType: report.platformType }),
  }
}

function countsOf(nodes: readonly RehearsedNode[]): CommandRehearsal['Counts'] {
  const counts: Partial<Record<Outcome, number>> = {}
  for (const { Outcome } of nodes) counts[Outcome] = (counts[Outcome] ?? 0) + 1
  return counts
}
