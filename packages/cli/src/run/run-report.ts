import { CliError } from '../cli-error.ts'
import { fold, unfold } from '../nodes/node-set.ts'
import { printable } from '../session/copy/printable.ts'
import { duration } from '../terminal/duration.ts'
import { localTime } from '../terminal/local-time.ts'
import type { Paint } from '../terminal/paint.ts'
import { groupText } from './group-text.ts'
import { nodeLabels } from './node-labels.ts'
import { hasEnded } from './node-outcome.ts'
import type { NamedNode, OutcomeGroup, OutcomeGroups } from './outcome-groups.ts'

/** What has become of a run. */
export interface FinishedRun {
  readonly commandIds: readonly string[]
  readonly groups: OutcomeGroups
  /** Nodes that were left out, since too many others had failed or somebody stopped it. */
  readonly unsent: readonly NamedNode[]
  /** Until when the nodes that have not had the command may still get it. */
  readonly deliverBy: Date | undefined
  /** That time is over: they wait until the command expires, and do not get it any more. */
  readonly isTooLate: boolean
  /** Undefined when nobody was there for all of it. */
  readonly tookMs: number | undefined
}

export interface ReportOptions {
  /** Each text whole, in place of what differs. */
  readonly full: boolean
  /** Control characters as the nodes sent them. */
  readonly raw: boolean
}

const mostCharacters = 600

/** The result for people: what the nodes said, equal texts once, and every node that did not run it, by name and reason. */
export function* runReport(run: FinishedRun, paint: Paint, options: ReportOptions): Generator<string, void, void> {
  const all = run.groups.all
  const label = nodeLabels([...all.flatMap(({ nodes }) => nodes), ...run.unsent])
  const names = (nodes: readonly NamedNode[]) => setsText(nodes.map(label))
  const ran = all.filter((group) => group.exitCode !== undefined)
  const model = ran.find(({ status }) => status === 'Success') ?? ran[0]
  for (const group of ran) {
    yield `${heading(group, names(group.nodes), paint)}\n`
    yield groupText(group, group === model ? undefined : model, paint, options)
    if (group.isCut) yield paint('yellow', '(output truncated: the server shows its beginning only)\n')
    if (group.isShortened) yield paint('yellow', '(more than fits here; fairlead commands ID NODE shows all of it)\n')
  }
  if (ran.length > 0) yield '\n'
  yield* runSummary(run, paint)
}

/** Every node that did not run it, by reason, and the counts. */
export function* runSummary(run: FinishedRun, paint: Paint): Generator<string, void, void> {
  const all = run.groups.all
  const label = nodeLabels([...all.flatMap(({ nodes }) => nodes), ...run.unsent])
  for (const [details, nodes] of byDetails(all)) {
    const why = reasonOf(details)
    yield `${paint('yellow', `${why}:`)} ${setsText(nodes.map(label))}\n`
    if (details === 'Pending' && run.deliverBy !== undefined) {
      const until = localTime(run.deliverBy)
      const chance = run.isTooLate
        ? `they could get it until ${until}`
        : `they get it when they are back, until ${until}`
      yield paint('dim', `  ${chance}\n`)
    }
  }
  if (run.unsent.length > 0) yield `${paint('yellow', 'not sent:')} ${setsText(run.unsent.map(label))}\n`
  yield totals(run, paint)
}

/** Sets of names, for one line; bounded, since ten thousand names may fold to little or nothing. */
export function setsText(names: Iterable<string>): string {
  const all = new Set(names)
  const text = fold(all).join(',')
  if (text.length <= mostCharacters) return printable(text)
  const cut = text.slice(0, Math.max(text.lastIndexOf(',', mostCharacters), 0))
  const shown = cut.lastIndexOf('[') > cut.lastIndexOf(']') ? `${cut}]` : cut
  return `${printable(shown)} and ${all.size - countOf(shown)} more (--json has all)`
}

function countOf(sets: string): number {
  try {
    return unfold(sets).length
  } catch (error) {
    // Machines have names that no set is written with.
    if (error instanceof CliError) return sets.split(',').length
    throw error
  }
}

/** Why a command is not on a node, or did not end by itself, by AWS's status details. */
export function reasonOf(details: string): string {
  return reasons[details] ?? details
}

const reasons: Readonly<Record<string, string>> = {
  Pending: 'not delivered yet, offline or waiting',
  Delayed: 'not delivered yet, offline or waiting',
  InProgress: 'still running',
  Cancelling: 'being cancelled',
  Cancelled: 'cancelled',
  AccessDenied: 'denied',
  Undeliverable: 'undeliverable, no such node',
  DeliveryTimedOut: 'not delivered, or not heard of again, in time',
  ExecutionTimedOut: 'timed out while running',
  InvalidPlatform: 'not for its platform',
  Terminated: 'not sent, after too many errors elsewhere',
  RateExceeded: 'not sent, over a limit of the server',
}

function byDetails(all: readonly OutcomeGroup[]): ReadonlyMap<string, readonly NamedNode[]> {
  const found = new Map<string, NamedNode[]>()
  for (const { details, exitCode, nodes } of all) {
    if (exitCode !== undefined) continue
    const key = details === 'Delayed' ? 'Pending' : details
    found.set(key, [...(found.get(key) ?? []), ...nodes])
  }
  return found
}

function heading({ nodes, status, details, exitCode }: OutcomeGroup, names: string, paint: Paint): string {
  const count = nodes.length === 1 ? '' : ` (${nodes.length})`
  if (status === 'Success' && exitCode === 0) return paint('bold', `── ${names}${count} ──`)
  const how = hasEnded({ status }) && details !== 'Failed' && status !== 'Success' ? `, ${reasonOf(details)}` : ''
  return paint(status === 'Success' ? 'bold' : 'red', `── ${names}${count} ── exit code ${exitCode}${how}`)
}

function totals({ groups, commandIds, unsent, tookMs }: FinishedRun, paint: Paint): string {
  const { succeeded, failed, unended } = groups.counts
  const total = groups.count + unsent.length
  const parts = [
    paint(succeeded === total ? 'green' : 'bold', `${succeeded} of ${total} succeeded`),
    ...(failed === 0 ? [] : [paint('red', `${failed} failed`)]),
    ...(unended === 0 ? [] : [`${unended} not ended`]),
    ...(unsent.length === 0 ? [] : [`${unsent.length} not sent`]),
  ]
  const codes = [...groups.exitCodes].filter(([code]) => code !== undefined)
  const isPlain = codes.length === 0 || (codes.length === 1 && codes[0]?.[0] === 0)
  const histogram = isPlain ? '' : `exit codes: ${codes.map(([code, count]) => `${code} × ${count}`).join(', ')}\n`
  const again = failed === 0 ? '' : `again where it failed: fairlead run --rerun failed ${commandIds.join(' ')}\n`
  const took = tookMs === undefined ? '' : `, in ${duration(tookMs)}`
  return `${parts.join(', ')}${took}\n${histogram}${paint('dim', `command ${commandIds.join(', ')}\n${again}`)}`
}
