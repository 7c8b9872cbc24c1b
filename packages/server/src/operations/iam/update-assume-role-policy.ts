import type { UpdateAssumeRolePolicyRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { findRole } from './find.ts'
import { checkTrustPolicy } from './trust-policy.ts'

/** UpdateAssumeRolePolicy: who may assume a role from now on. */
export const updateAssumeRolePolicy: Operation<UpdateAssumeRolePolicyRequest, undefined> = {
  service: 'iam',
  name: 'UpdateAssumeRolePolicy',
  action: 'iam:UpdateAssumeRolePolicy',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName, PolicyDocument }, context) {
    const { roleId } = await findRole(context, RoleName)
    await checkTrustPolicy(PolicyDocument, context)
    if (!(await context.store.identities.roles.replaceTrustPolicy(roleId, PolicyDocument))) {
      throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
    }
    return undefined
  },
}
