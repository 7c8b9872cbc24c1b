import type { PutRolePermissionsBoundaryRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundaryKey, checkBoundary, noSuchBoundary } from './boundary.ts'
import { roleCheck } from './check.ts'
import { findRole } from './find.ts'

/** PutRolePermissionsBoundary: how far a role's other policies reach from now on. */
export const putRolePermissionsBoundary: Operation<PutRolePermissionsBoundaryRequest, undefined> = {
  service: 'iam',
  name: 'PutRolePermissionsBoundary',
  action: 'iam:PutRolePermissionsBoundary',

  resources: ({ RoleName, PermissionsBoundary }, scope) => [
    roleCheck(scope, RoleName, boundaryKey(PermissionsBoundary)),
  ],

  async handle({ RoleName, PermissionsBoundary }, context) {
    const { roleId } = await findRole(context, RoleName)
    checkBoundary(PermissionsBoundary)
    const answer = await context.store.identities.boundaries.setBoundary(roleId, PermissionsBoundary)
    if (answer === 'no-policy') throw noSuchBoundary(PermissionsBoundary)
    if (answer === 'no-owner') {
      throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
    }
    return undefined
  },
}
