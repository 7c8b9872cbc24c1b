import { type Ask, keepAsking } from '../api/keep-asking.ts'
import { UsageError } from '../cli-error.ts'
import { sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Person } from '../terminal/person.ts'
import { BatchedRun } from './batched-run.ts'
import { type CommandOrder, commandOrder, type WorkOptions } from './command-order.ts'
import { confirmLimit } from './confirm-above.ts'
import { confirmRun } from './confirm-run.ts'
import { Interruptions } from './interruptions.ts'
import { type Batch, batchesOf, type NodeChoice } from './node-choice.ts'
import type { Rehearsal } from './read-rehearsal.ts'
import { rehearsalText } from './rehearsal-text.ts'
import { rehearseRun } from './rehearse-run.ts'
import { type Rerun, rerunOf } from './rerun.ts'
import type { RunView } from './run-view.ts'
import { sayBeside } from './say-beside.ts'
import { undeliveredOf, undeliveredText } from './undelivered.ts'
import { type ShowOptions, viewOf } from './view-of.ts'

export interface RunOptions extends WorkOptions, NodeChoice, ShowOptions {
  readonly dataDir?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly confirm?: number
  /** Undefined: for the nodes that are online. True: for all, as long as it takes. False: for none. */
  readonly wait?: boolean
  readonly rerun?: Rerun
}

const refused = 3

/**
 * `fairlead run`. Answers the exit status: of one node its command's own, of many 0 when it succeeded on all and 1 when not; 3
 * when it was not sent. Throws CliError for what cannot begin.
 */
export async function runCommand(
  words: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
  person: Person,
): Promise<number> {
  const { stderr } = surroundings
  const { client } = sessionServer(options.dataDir, surroundings)
  const leaving = new AbortController()
  let absentAt = Number.NEGATIVE_INFINITY
  const absent = () => {
    absentAt = surroundings.elapsed()
  }
  let shown: RunView | undefined
  const say = (text: string) => sayBeside(shown, text, surroundings)
  const ask = keepAsking(client, surroundings, leaving.signal, say, absent)

  const { order, batches } = await workOf(ask, words, options, surroundings)
  stderr.write(undeliveredText(undeliveredOf(order)))
  const rehearsal = await rehearseRun(ask, order, batches)
  if (options.dryRun === true || !rehearsal.wouldSucceed) return tellRehearsal(rehearsal, order, options, surroundings)
  const nodes = rehearsal.nodes.length + rehearsal.moreNodes
  if (nodes === 0) stderr.write('Not sent: no node matches.\n')
  if (nodes === 0 || !(await isAgreed(rehearsal, order, options, surroundings, person))) return refused

  const view = viewOf(nodes, options, surroundings)
  shown = view
  const run = new BatchedRun({
    ask,
    client,
    order,
    batches,
    rehearsal,
    view,
    surroundings,
    signal: leaving.signal,
    lastAbsence: () => absentAt,
  })
  if (options.wait === false) return await sendOnly(run, options, surroundings)
  const interruptions = new Interruptions(leaving, person, surroundings, {
    hold: () => view.hold(),
    cancel: () => run.cancel(),
  })
  try {
    await run.follow(options.wait === true)
    await interruptions.settle()
    return await run.finish()
  } catch (error) {
    view.hold()
    for (const id of run.commandIds) stderr.write(`\n${farewell(id)}\n`)
    if (!leaving.signal.aborted) throw error
    return Number(leaving.signal.reason)
  } finally {
    interruptions.forget()
  }
}

/** Of a command that nobody watches any more. */
function farewell(id: string): string {
  return `The command goes on. To see it: fairlead commands ${id} --watch. To stop it: fairlead commands cancel ${id}`
}

async function workOf(
  ask: Ask,
  words: readonly string[],
  options: RunOptions,
  surroundings: Surroundings,
): Promise<{ readonly order: CommandOrder; readonly batches: readonly Batch[] }> {
  if (options.rerun === undefined) {
    return { order: commandOrder(words, options, surroundings), batches: await batchesOf(ask, options) }
  }
  if (words.length > 0) return await rerunOf(ask, options.rerun, words)
  throw new UsageError(`Say which command to run again: fairlead run --rerun ${options.rerun} COMMAND-ID`)
}

function tellRehearsal(
  rehearsal: Rehearsal,
  order: CommandOrder,
  { json = false, dryRun = false }: RunOptions,
  { stdout, stderr }: Surroundings,
): number {
  const undelivered = undeliveredOf(order)
  const more = undelivered.length > 0 ? { undelivered } : {}
  if (json) stdout.write(`${JSON.stringify({ event: 'rehearsal', ...rehearsal, ...more })}\n`)
  else (dryRun ? stdout : stderr).write(`${rehearsalText(rehearsal, order.DocumentName)}\n`)
  return rehearsal.wouldSucceed ? 0 : refused
}

async function isAgreed(
  rehearsal: Rehearsal,
  { DocumentName }: CommandOrder,
  { yes = false, confirm }: RunOptions,
  surroundings: Surroundings,
  person: Person,
): Promise<boolean> {
  const { Runs = 0, Waits = 0 } = rehearsal.counts
  const nodes = Runs + Waits
  if (nodes <= 1) return true
  const limit = confirmLimit(rehearsal)
  if (nodes > limit.nodes && person.isThere) surroundings.stderr.write(`${rehearsalText(rehearsal, DocumentName)}\n`)
  return await confirmRun(nodes, limit, { yes, confirm }, surroundings, person)
}

async function sendOnly(run: BatchedRun, { json = false }: RunOptions, { stdout }: Surroundings): Promise<number> {
  // Each at once: what is sent must be known if the next one fails.
  await run.sendAll((id) => {
    if (!json) stdout.write(`${id}\n`)
  })
  return 0
}
