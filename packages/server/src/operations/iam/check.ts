import { roleArn, rootArn, userArn } from '../../domain/arn.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, ContextKeys } from '../operation.ts'

/**
 * What must be allowed to touch a user or a role, by name. Its path is not known here: an
 * operation sees names only, so policies on existing users and roles have to name `user/NAME`.
 */
export function userCheck(scope: Scope, userName: string, context?: ContextKeys): AccessCheck {
  return { resource: userArn(scope, '/', userName), ...(context && { context }) }
}

export function roleCheck(scope: Scope, roleName: string, context?: ContextKeys): AccessCheck {
  return { resource: roleArn(scope, '/', roleName), ...(context && { context }) }
}

/** Operations on a user that mean the caller when no name is given. */
export function userOrCallerCheck(scope: Scope, caller: Caller, userName: string | undefined): AccessCheck {
  if (userName !== undefined) return userCheck(scope, userName)
  if (caller.kind === 'user') return userCheck(scope, caller.userName)
  return { resource: caller.kind === 'root' ? rootArn(scope) : '*' }
}
