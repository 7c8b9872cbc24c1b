import type { CompiledPolicy, CompiledStatement, Selection } from './compiled-policy.ts'
import type { Context } from './context.ts'
import type { PolicySet } from './policy-set.ts'

/** The statements of a policy set that are about one action. */
export interface Selected {
  readonly identity: readonly Selection[]
  readonly boundary: Selection | undefined
  readonly session: readonly Selection[] | undefined
  readonly resource: Selection | undefined
  readonly resourceRequired: boolean
  readonly scps: readonly (readonly Selection[])[]
  readonly rcps: readonly (readonly Selection[])[]
}

const none: readonly (readonly Selection[])[] = []

/** Picks them; `action` in lower case. */
export function selectStatements(policies: PolicySet, action: string): Selected {
  const all = (list: readonly CompiledPolicy[]) => list.map((policy) => policy.select(action))
  return {
    identity: all(policies.identity),
    boundary: policies.boundary?.select(action),
    session: policies.session && all(policies.session),
    resource: policies.resource?.policy?.select(action),
    resourceRequired: policies.resource?.required === true,
    scps: policies.scps?.map(all) ?? none,
    rcps: policies.rcps?.map(all) ?? none,
  }
}

/** The condition keys that the statements ask for, in lower case; some may come twice. */
export function keysOf({ identity, boundary, session, resource, scps, rcps }: Selected): readonly string[] {
  const single = [boundary, resource].filter((one) => one !== undefined)
  return [identity, single, session ?? [], ...scps, ...rcps].flat().flatMap(({ keys }) => keys)
}

/**
 * Answers beforehand whatever does not depend on `open` keys: a statement whose fixed tests fail is dropped, one
 * whose fixed tests hold keeps only the others. Worth its price when many resources follow.
 */
export function foldSelected(
  selected: Selected,
  open: ReadonlySet<string>,
  allows: Context,
  denies: Context,
): Selected {
  const one = (selection: Selection): Selection => ({
    ...selection,
    denies: foldStatements(selection.denies, open, denies),
    allows: foldStatements(selection.allows, open, allows),
  })
  return {
    identity: selected.identity.map(one),
    boundary: selected.boundary && one(selected.boundary),
    session: selected.session?.map(one),
    resource: selected.resource && one(selected.resource),
    resourceRequired: selected.resourceRequired,
    scps: selected.scps.map((level) => level.map(one)),
    rcps: selected.rcps.map((level) => level.map(one)),
  }
}

function foldStatements(
  statements: readonly CompiledStatement[],
  open: ReadonlySet<string>,
  context: Context,
): readonly CompiledStatement[] {
  const isOpen = ({ keys }: { keys: readonly string[] }): boolean => keys.some((key) => open.has(key))
  return statements.flatMap((statement) => {
    const { tests, resource } = statement
    if (!tests.every((test) => isOpen(test) || test.holds(context))) return []
    return [
      { ...statement, tests: tests.filter(isOpen), resource: isOpen(resource) ? resource : resource.bind(context) },
    ]
  })
}
