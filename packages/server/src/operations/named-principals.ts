import type { PolicyDocument } from '@fairlead/iam'
import { roleArn, userArn } from '../domain/arn.ts'
import type { Context } from './operation.ts'

/**
 * The first user or role of this account that a policy names and that is not there; undefined when all are. AWS refuses to
 * store such a policy (IAM user guide, "Principal"): whoever may make a user of that name would get what the policy gives.
 * Those of other accounts cannot be looked up, and never call here.
 */
export async function missingPrincipal(
  { statements }: PolicyDocument,
  context: Pick<Context, 'store' | 'scope'>,
): Promise<string | undefined> {
  const entries = statements.flatMap(({ principal }) => principal?.entries ?? [])
  const named = new Set(entries.filter(({ type }) => type === 'AWS').map(({ value }) => value))
  for (const value of named) if (!(await isThere(value, context))) return value
  return undefined
}

async function isThere(principal: string, { store, scope }: Pick<Context, 'store' | 'scope'>): Promise<boolean> {
  const [, account, kind, path] = /^arn:[a-z-]+:iam::([0-9]{12}):(user|role)\/(.+)$/.exec(principal) ?? []
  if (path === undefined || account !== scope.account) return true
  const name = path.slice(path.lastIndexOf('/') + 1)
  const { users, roles } = store.identities
  if (kind === 'user') {
    const user = await users.findUser(name)
    return user !== undefined && userArn(scope, user.path, user.userName) === principal
  }
  const role = await roles.findRole(name)
  return role !== undefined && roleArn(scope, role.path, role.roleName) === principal
}
