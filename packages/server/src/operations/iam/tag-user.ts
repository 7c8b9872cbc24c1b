import type { TagUserRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { changeTags, readTags, requestTagKeys, withTags } from './tags.ts'

/** TagUser: adds tags, or gives those that are there another value. */
export const tagUser: Operation<TagUserRequest, undefined> = {
  service: 'iam',
  name: 'TagUser',
  action: 'iam:TagUser',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ UserName, Tags }, context) {
    const { users } = context.store.identities
    const added = readTags(Tags)
    await changeTags(
      () => findUser(context, UserName),
      (tags) => withTags(tags, added),
      (user, next) => users.saveUserTags(user, next),
    )
    return undefined
  },
}
