import type { DeleteRoleRequest } from '@fairlead/wire/model/generated/iam'
import { roleArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { findRole } from './find.ts'
import { withTrusts } from './trusts.ts'

const stillThere = {
  'has-instance-profiles': 'must remove roles from instance profile first',
  'has-policies': 'must delete policies first',
  'has-attachments': 'must detach all policies first',
} as const

/** DeleteRole: only a role without policies. Its sessions end with it, those of nodes too. */
export const deleteRole: Operation<DeleteRoleRequest, undefined> = {
  service: 'iam',
  name: 'DeleteRole',
  action: 'iam:DeleteRole',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName }, context) {
    const { roleId, roleName, path } = await findRole(context, RoleName)
    const principal = { from: roleArn(context.scope, path, roleName), to: roleId, roleId }
    const answer = await withTrusts(context, principal, (trusts) =>
      context.store.identities.roles.removeRole(roleId, trusts),
    )
    if (answer === 'removed') return undefined
    if (answer !== 'not-found') throw new ServiceError('DeleteConflict', `Cannot delete entity, ${stillThere[answer]}.`)
    throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
  },
}
