import type {
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { findRole } from './find.ts'
import { describeInstanceProfile } from './instance-profiles.ts'
import { listed, pageRequest } from './page.ts'

/** ListInstanceProfilesForRole: the profiles that a role is in. */
export const listInstanceProfilesForRole: Operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
> = {
  service: 'iam',
  name: 'ListInstanceProfilesForRole',
  action: 'iam:ListInstanceProfilesForRole',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],

  async handle({ RoleName, ...listing }, context) {
    const { roleId } = await findRole(context, RoleName)
    const page = await context.store.identities.instanceProfiles.listProfiles({ ...pageRequest(listing), roleId })
    const InstanceProfiles = await Promise.all(page.items.map((profile) => describeInstanceProfile(context, profile)))
    return { InstanceProfiles, ...listed(page) }
  },
}
