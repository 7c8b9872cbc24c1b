import { compileAction } from '../action-matcher.ts'
import { actionNames } from '../reference/action-names.ts'
import { type ActionRow, authorizationTable } from '../reference/authorization-table.ts'
import type { LintedStatement } from './linted-policy.ts'

/** An action of a service that we serve, as AWS knows it. */
export interface KnownAction {
  readonly service: string
  /** `ssm:SendCommand` */
  readonly name: string
  readonly row: ActionRow
  /** The ARNs that it can be allowed for, with `*` for what varies; empty when it knows none but `*`. */
  readonly arns: readonly string[]
  /** Its condition keys and those of its resources, in lower case, with `*` for what varies. */
  readonly keys: readonly string[]
}

const known: readonly KnownAction[] = [...authorizationTable].flatMap(([service, { actions, resourceTypes }]) =>
  Object.entries(actions).map(([name, row]) => {
    const types = [...(row.required ?? []), ...(row.optional ?? [])].flatMap((type) => resourceTypes[type] ?? [])
    return {
      service,
      name: `${service}:${name}`,
      row,
      arns: types.map(({ arn }) => withStars(arn)),
      keys: [...(row.keys ?? []), ...types.flatMap(({ keys = [] }) => keys)].map(keyPattern),
    }
  }),
)

export function actionsCoveredBy(statement: Pick<LintedStatement, 'covers'>): readonly KnownAction[] {
  return known.filter(({ name }) => statement.covers(name))
}

/** The service of an action's pattern if it is one that we know all actions of, with all that they may name. */
export function knownService(action: string): string | undefined {
  const service = action.split(':', 1)[0]?.toLowerCase() ?? ''
  return authorizationTable.has(service) ? service : undefined
}

/** Of our own, which AWS does not have. */
const ownServices: ReadonlySet<string> = new Set(['fairlead'])

/** What AWS knows of the service that an action's pattern names. */
export interface NamedService {
  readonly service: string
  /** We serve it and know all of its actions; of others only their names, as they were when the table was made. */
  readonly isServed: boolean
  /** `s3:GetObject` …; undefined when AWS has no such service. */
  readonly actions: readonly string[] | undefined
}

/** Undefined when a pattern names no one service, or one that is not AWS's but ours. */
export function namedService(action: string): NamedService | undefined {
  const service = action.split(':', 1)[0]?.toLowerCase() ?? ''
  if (/[*?$]/.test(service) || ownServices.has(service)) return undefined
  const actions = actionNames(service)?.map((name) => `${service}:${name}`)
  return { service, isServed: authorizationTable.has(service), actions }
}

/** A condition key of a table as a pattern in lower case. */
export function keyPattern(key: string): string {
  return withStars(key)
    .replace(/\/tag-key$/, '/*')
    .toLowerCase()
}

function withStars(template: string): string {
  return template.replace(/\$\{[^}]*\}/g, '*')
}

/** Whether one pattern of an Action element covers an action. */
export function patternCovers(pattern: string, action: string): boolean {
  return compileAction({ negated: false, patterns: [pattern] }, 'Allow')(action.toLowerCase())
}
