import { createHash } from 'node:crypto'
import { naturally } from '../nodes/natural-order.ts'
import { hasEnded, type NodeOutcome } from './node-outcome.ts'

type SharedOutcome = Omit<NodeOutcome, 'nodeId' | 'name' | 'steps'>

/** Nodes on which a command went the same way, to the last character. */
export interface OutcomeGroup extends SharedOutcome {
  readonly nodes: readonly NamedNode[]
  /** There were too many different texts to keep this one whole. */
  readonly isShortened: boolean
}

export interface NamedNode {
  readonly nodeId: string
  readonly name: string
}

const mostKept = 32 * 1024 * 1024
const shortText = 400
/** Sorts after all codes. */
const noCode = Number.MAX_SAFE_INTEGER

/** Gathers outcomes. Each text is kept once, and all of them are 32 million characters at most. */
export class OutcomeGroups {
  readonly #groups = new Map<string, OutcomeGroup & { nodes: NamedNode[] }>()
  #sorted: readonly OutcomeGroup[] | undefined
  #kept = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  add({ nodeId, name, steps: _, ...outcome }: NodeOutcome): void {
    this.#count++
    this.#sorted = undefined
    const key = keyOf(outcome)
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, { ...this.#keep(outcome), nodes: [{ nodeId, name }] })
    else group.nodes.push({ nodeId, name })
  }

  /** The largest first; of two that are as large that with the lower exit code, then that with the first name. */
  get all(): readonly OutcomeGroup[] {
    if (this.#sorted !== undefined) return this.#sorted
    const named = [...this.#groups.values()].map((group) => ({ group, first: firstName(group.nodes) }))
    const sorted = named.toSorted(
      ({ group: one, first: mine }, { group: other, first: others }) =>
        other.nodes.length - one.nodes.length || codeOf(one) - codeOf(other) || naturally(mine, others),
    )
    this.#sorted = sorted.map(({ group }) => group)
    return this.#sorted
  }

  /** How many ended with each exit code; undefined stands for those without one. */
  get exitCodes(): ReadonlyMap<number | undefined, number> {
    const codes = new Map<number | undefined, number>()
    for (const { exitCode, nodes } of this.all) codes.set(exitCode, (codes.get(exitCode) ?? 0) + nodes.length)
    return new Map([...codes].toSorted(([one = noCode], [other = noCode]) => one - other))
  }

  get counts(): { readonly succeeded: number; readonly unended: number; readonly failed: number } {
    let [succeeded, unended] = [0, 0]
    for (const { nodes, status } of this.#groups.values()) {
      if (status === 'Success') succeeded += nodes.length
      else if (!hasEnded({ status })) unended += nodes.length
    }
    return { succeeded, unended, failed: this.#count - succeeded - unended }
  }

  #keep(outcome: SharedOutcome): Omit<OutcomeGroup, 'nodes'> {
    const { stdout, stderr } = outcome
    this.#kept += stdout.length + stderr.length
    if (this.#kept <= mostKept) return { ...outcome, isShortened: false }
    const [shortOut, shortErr] = [stdout.slice(0, shortText), stderr.slice(0, shortText)]
    const isShortened = shortOut !== stdout || shortErr !== stderr
    return { ...outcome, stdout: shortOut, stderr: shortErr, isShortened }
  }
}

function firstName(nodes: readonly NamedNode[]): string {
  const names = nodes.map(({ nodeId, name }) => name || nodeId)
  return names.reduce((first, name) => (naturally(name, first) < 0 ? name : first))
}

function codeOf({ exitCode = noCode }: OutcomeGroup): number {
  return exitCode
}

function keyOf({ status, details, exitCode, stdout, stderr }: SharedOutcome): string {
  return createHash('sha256')
    .update(JSON.stringify([status, details, exitCode, stdout.length]))
    .update(stdout)
    .update(stderr)
    .digest('base64')
}
