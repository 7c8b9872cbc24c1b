import type { UpdateRoleRequest, UpdateRoleResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { defaultMaxSessionSeconds } from '../../domain/role.ts'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { findRole } from './find.ts'

/** UpdateRole: another description or longest session. */
export const updateRole: Operation<UpdateRoleRequest, UpdateRoleResponse> = {
  service: 'iam',
  name: 'UpdateRole',
  action: 'iam:UpdateRole',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  // "If you do not specify a value for this setting, the default value of one hour is applied" (reference).
  async handle({ RoleName, Description, MaxSessionDuration = defaultMaxSessionSeconds }, context) {
    const role = await findRole(context, RoleName)
    const saved = await context.store.identities.roles.describeRole(role.roleId, {
      description: Description,
      maxSessionSeconds: MaxSessionDuration,
    })
    if (!saved) throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
    return {}
  },
}
