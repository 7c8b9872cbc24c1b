import { compileAction } from '../action-matcher.ts'
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

export function actionsOfService(service: string): readonly KnownAction[] {
  return known.filter((action) => action.service === service)
}

/** The service of an action's pattern if it is one that we know all actions of. */
export function knownService(action: string): string | undefined {
  const service = action.split(':', 1)[0]?.toLowerCase() ?? ''
  return authorizationTable.has(service) ? service : undefined
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
