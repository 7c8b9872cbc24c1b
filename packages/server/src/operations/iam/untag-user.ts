import type { UntagUserRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { changeTags, withoutTags } from './tags.ts'

/** UntagUser: takes tags away; one that is not there is no error. */
export const untagUser: Operation<UntagUserRequest, undefined> = {
  service: 'iam',
  name: 'UntagUser',
  action: 'iam:UntagUser',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ UserName, TagKeys }, context) {
    const { users } = context.store.identities
    await changeTags(
      () => findUser(context, UserName),
      (tags) => withoutTags(tags, TagKeys),
      (user, next) => users.saveUserTags(user, next),
    )
    return undefined
  },
}
