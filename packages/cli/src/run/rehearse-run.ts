import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import type { CommandOrder } from './command-order.ts'
import type { Batch } from './node-choice.ts'
import { type Rehearsal, readRehearsal } from './read-rehearsal.ts'

/** What would become of an order on all of its nodes. Throws CliError when the server knows no dry runs. */
export async function rehearseRun(ask: Ask, order: CommandOrder, batches: readonly Batch[]): Promise<Rehearsal> {
  const all: Rehearsal[] = []
  for (const batch of batches) all.push(readRehearsal(await rehearseBatch(ask, { ...order, ...batch })))
  const [first, ...more] = all
  if (first === undefined) throw new CliError('No node is named.')
  return more.reduce(both, first)
}

async function rehearseBatch(ask: Ask, input: CommandOrder & Batch): Promise<unknown> {
  let sent: string | undefined
  const answer = await ask((api) =>
    api.rehearse('SendCommand', input, ({ Command }) => {
      sent = Command?.CommandId
    }),
  )
  if (answer !== undefined) return answer
  const CommandId = sent ?? ''
  await ask((api) => api.ssm('CancelCommand', { CommandId }))
  throw new CliError(`This server knows no dry runs: it took one for command ${CommandId}, which is cancelled now.`)
}

function both(one: Rehearsal, other: Rehearsal): Rehearsal {
  const outcomes = new Set([...Object.keys(one.counts), ...Object.keys(other.counts)])
  const sum = (outcome: string) => (one.counts[outcome] ?? 0) + (other.counts[outcome] ?? 0)
  return {
    ...one,
    wouldSucceed: one.wouldSucceed && other.wouldSucceed,
    refusal: one.refusal ?? other.refusal,
    nodes: [...one.nodes, ...other.nodes],
    moreNodes: one.moreNodes + other.moreNodes,
    counts: Object.fromEntries([...outcomes].map((outcome) => [outcome, sum(outcome)])),
  }
}
