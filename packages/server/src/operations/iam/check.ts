import { roleArn, rootArn, userArn } from '../../domain/arn.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, ContextKeys } from '../operation.ts'

/** What must be allowed to touch an existing user or role. Its path, which an operation cannot see, is the gateway's to add. */
export function userCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { resource: userArn(scope, '/', name), principal: { kind: 'user', name }, ...(context && { context }) }
}

export function roleCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { resource: roleArn(scope, '/', name), principal: { kind: 'role', name }, ...(context && { context }) }
}

/** Operations on a user that mean the caller when no name is given. */
export function userOrCallerCheck(scope: Scope, caller: Caller, userName: string | undefined): AccessCheck {
  if (userName !== undefined) return userCheck(scope, userName)
  if (caller.kind === 'user') return userCheck(scope, caller.userName)
  return { resource: caller.kind === 'root' ? rootArn(scope) : '*' }
}
