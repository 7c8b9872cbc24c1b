import type { DeleteRolePermissionsBoundaryRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { findRole } from './find.ts'

/** DeleteRolePermissionsBoundary: a role's other policies decide alone again. */
export const deleteRolePermissionsBoundary: Operation<DeleteRolePermissionsBoundaryRequest, undefined> = {
  service: 'iam',
  name: 'DeleteRolePermissionsBoundary',
  action: 'iam:DeleteRolePermissionsBoundary',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName }, context) {
    const { roleId } = await findRole(context, RoleName)
    if (await context.store.identities.boundaries.removeBoundary(roleId)) return undefined
    throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
  },
}
