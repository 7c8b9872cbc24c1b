import type { UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { describeRole } from './describe.ts'
import { findRole } from './find.ts'

/** UpdateRoleDescription: as UpdateRole, for the description alone, and answers the role. */
export const updateRoleDescription: Operation<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse> = {
  service: 'iam',
  name: 'UpdateRoleDescription',
  action: 'iam:UpdateRoleDescription',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName, Description: description }, context) {
    const role = await findRole(context, RoleName)
    const saved = await context.store.identities.roles.describeRole(role.roleId, { description })
    if (!saved) throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
    return { Role: describeRole({ ...role, description }, context.scope) }
  },
}
