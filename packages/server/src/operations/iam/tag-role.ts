import type { TagRoleRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { findRole } from './find.ts'
import { changeTags, readTags, requestTagKeys, withTags } from './tags.ts'

/** TagRole: adds tags, or gives those that are there another value. */
export const tagRole: Operation<TagRoleRequest, undefined> = {
  service: 'iam',
  name: 'TagRole',
  action: 'iam:TagRole',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ RoleName, Tags }, context) {
    const { roles } = context.store.identities
    const added = readTags(Tags)
    await changeTags(
      () => findRole(context, RoleName),
      (tags) => withTags(tags, added),
      (role, next) => roles.saveRoleTags(role, next),
    )
    return undefined
  },
}
