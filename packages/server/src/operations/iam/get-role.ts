import type { GetRoleRequest, GetRoleResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { shownBoundary } from './boundary.ts'
import { boundedRoleCheck } from './check.ts'
import { describeRole } from './describe.ts'
import { findRole } from './find.ts'
import { shownTags } from './tags.ts'

/** GetRole: one role with its trust policy. */
export const getRole: Operation<GetRoleRequest, GetRoleResponse> = {
  service: 'iam',
  name: 'GetRole',
  action: 'iam:GetRole',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName }, context) {
    const role = await findRole(context, RoleName)
    return { Role: { ...describeRole(role, context.scope), ...shownBoundary(role), ...shownTags(role.tags) } }
  },
}
