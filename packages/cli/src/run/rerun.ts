import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { commandOf } from './command-of.ts'
import type { CommandOrder } from './command-order.ts'
import { type Batch, named } from './node-choice.ts'
import { hasEnded } from './node-outcome.ts'
import { readOutcomes } from './read-outcomes.ts'

export type Rerun = 'failed' | 'all'

/** The same command again: on all of its nodes, or on those where it has ended without success. Throws CliError. */
export async function rerunOf(
  ask: Ask,
  which: Rerun,
  commandId: string,
): Promise<{ readonly order: CommandOrder; readonly batches: readonly Batch[] }> {
  const command = await commandOf(ask, commandId)
  const { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors } = command
  if (DocumentName === undefined) throw new CliError(`There is no command ${commandId}.`)
  const nodeIds: string[] = []
  for await (const outcome of readOutcomes(ask, commandId, false)) {
    if (which === 'all' || (hasEnded(outcome) && outcome.status !== 'Success')) nodeIds.push(outcome.nodeId)
  }
  if (nodeIds.length === 0) throw new CliError(`Command ${commandId} failed on no node.`)
  const order = { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors }
  return { order, batches: named(nodeIds) }
}
