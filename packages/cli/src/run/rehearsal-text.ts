import { documentHint } from '../api/api-hint.ts'
import type { Rehearsal } from './read-rehearsal.ts'
import { setsText } from './run-report.ts'

const mostDenials = 5

/** What would become of a command, for people: first the nodes that would have it, then each of the others with the reason. */
export function rehearsalText(rehearsal: Rehearsal, document: string): string {
  const { counts, nodes, moreNodes, refusal, nodesAtOnce, stopsAtError } = rehearsal
  if (refusal !== undefined) {
    const hint = documentHint(refusal)
    return [`It would be refused: ${refusal}`, ...(hint === '' ? [] : [`  ${hint}`]), ...denials(rehearsal)].join('\n')
  }
  const total = nodes.length + moreNodes
  const count = (outcome: string) => counts[outcome] ?? 0
  const sure = count('Runs')
  const lines = [`${total} ${total === 1 ? 'node matches' : 'nodes match'}; ${document} would run on ${sure} now.`]
  for (const [outcome, what] of Object.entries(others)) {
    if (count(outcome) === 0) continue
    const shown = nodes.filter((node) => node.outcome === outcome).map(({ nodeId }) => nodeId)
    const more = count(outcome) - shown.length
    lines.push(`${count(outcome)} ${what}: ${setsText(shown)}${more > 0 ? ` and ${more} more` : ''}`)
  }
  lines.push(...denials(rehearsal))
  if (nodesAtOnce !== undefined && nodesAtOnce < total) lines.push(`${nodesAtOnce} nodes have it at one time.`)
  if (stopsAtError !== undefined && stopsAtError <= total) {
    lines.push(`After ${stopsAtError} ${stopsAtError === 1 ? 'error' : 'errors'} no further node gets it.`)
  }
  return lines.join('\n')
}

const others: Readonly<Record<string, string>> = {
  Waits: 'offline, would get it when back',
  AccessDenied: 'denied',
  InvalidPlatform: 'of another platform',
  Undeliverable: 'unknown',
  NotFound: 'unknown',
}

/** Which statements deny, each once with how many nodes it keeps out. */
function denials({ nodes }: Rehearsal): readonly string[] {
  const reasons = Map.groupBy(
    nodes.filter(({ denial }) => denial !== undefined),
    ({ denial }) => denial,
  )
  return [...reasons]
    .slice(0, mostDenials)
    .map(([denial, kept]) => `  ${kept.length === 1 ? kept[0]?.nodeId : `${kept.length} nodes`}: ${denial}`)
}
