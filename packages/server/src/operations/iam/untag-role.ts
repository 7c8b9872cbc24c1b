import type { UntagRoleRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { findRole } from './find.ts'
import { changeTags, withoutTags } from './tags.ts'

/** UntagRole: takes tags away; one that is not there is no error. */
export const untagRole: Operation<UntagRoleRequest, undefined> = {
  service: 'iam',
  name: 'UntagRole',
  action: 'iam:UntagRole',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ RoleName, TagKeys }, context) {
    const { roles } = context.store.identities
    await changeTags(
      () => findRole(context, RoleName),
      (tags) => withoutTags(tags, TagKeys),
      (role, next) => roles.saveRoleTags(role, next),
    )
    return undefined
  },
}
