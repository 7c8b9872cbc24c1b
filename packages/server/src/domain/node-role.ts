import type { Scope } from './scope.ts'

/** The ARN of a role that is named as CreateActivation names it: `NAME`, or `service-role/NAME` with its path. */
export function nodeRoleArn(scope: Scope, roleName: string): string {
  return `arn:aws:iam::${scope.account}:role/${roleName}`
}

/** The role's name without its path. */
export function bareRoleName(roleName: string): string {
  return roleName.slice(roleName.lastIndexOf('/') + 1)
}
