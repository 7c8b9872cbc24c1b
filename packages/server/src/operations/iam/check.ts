import { groupArn, instanceProfileArn, roleArn, rootArn, userArn } from '../../domain/arn.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, ContextKeys } from '../operation.ts'

/** What must be allowed to touch what exists. Its path, which an operation cannot see, is the gateway's to add. */
export function userCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { resource: userArn(scope, '/', name), identity: { kind: 'user', name }, ...(context && { context }) }
}

export function roleCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { resource: roleArn(scope, '/', name), identity: { kind: 'role', name }, ...(context && { context }) }
}

/** As above, for operations whose policies may ask for the boundary of the user or role that is changed. */
export function boundedUserCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { ...userCheck(scope, name, context), showsBoundary: true }
}

export function boundedRoleCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { ...roleCheck(scope, name, context), showsBoundary: true }
}

export function groupCheck(scope: Scope, name: string, context?: ContextKeys): AccessCheck {
  return { resource: groupArn(scope, '/', name), identity: { kind: 'group', name }, ...(context && { context }) }
}

export function instanceProfileCheck(scope: Scope, name: string): AccessCheck {
  return { resource: instanceProfileArn(scope, '/', name), identity: { kind: 'instance-profile', name } }
}

/** A managed policy is named by its whole ARN. */
export function policyCheck(arn: string): AccessCheck {
  return { resource: arn, identity: { kind: 'policy', name: arn } }
}

/** An MFA device by its serial number, which is its ARN. */
export function mfaDeviceCheck(serialNumber: string): AccessCheck {
  return { resource: serialNumber, identity: { kind: 'mfa-device', name: serialNumber } }
}

/** An issuer of identity tokens by its ARN. */
export function oidcProviderCheck(arn: string): AccessCheck {
  return { resource: arn, identity: { kind: 'oidc-provider', name: arn } }
}

/** Who makes something with tags has to be allowed to tag it as well (IAM user guide, "Tags for IAM resources"). */
export function newCheck(resource: string, tags: readonly unknown[] | undefined, tagging: string): AccessCheck[] {
  return tags === undefined || tags.length === 0 ? [{ resource }] : [{ resource }, { resource, action: tagging }]
}

/** Operations on a user that mean the caller when no name is given. */
export function userOrCallerCheck(scope: Scope, caller: Caller, userName: string | undefined): AccessCheck {
  if (userName !== undefined) return userCheck(scope, userName)
  if (caller.kind === 'user') return userCheck(scope, caller.userName)
  return { resource: caller.kind === 'root' ? rootArn(scope) : '*' }
}
