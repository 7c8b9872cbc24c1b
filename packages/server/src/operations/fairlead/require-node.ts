import { accountWideArn } from '../../domain/arn.ts'
import { type Caller, nodeIdOf } from '../../domain/caller.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck } from '../operation.ts'

/**
 * What a node's role must allow for it to fetch versions of its agent. Of what AmazonSSMManagedInstanceCore allows, this is
 * what agents ask for before they fetch a package of Distributor's.
 */
export const fetchAction = 'ssm:GetManifest'

export function fetchChecks(scope: Scope): readonly AccessCheck[] {
  return [{ resource: accountWideArn(scope) }]
}

/** @throws {ServiceError} AccessDeniedException for whoever is not a node */
export function requireNode(caller: Caller, operation: string): void {
  if (nodeIdOf(caller) !== undefined) return
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${operation}: it is for nodes alone`,
  )
}
