import type { DeleteAccessKeyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller, noSuchAccessKey } from './find.ts'

/** DeleteAccessKey: the next request with it is refused. */
export const deleteAccessKey: Operation<DeleteAccessKeyRequest, undefined> = {
  service: 'iam',
  name: 'DeleteAccessKey',
  action: 'iam:DeleteAccessKey',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, AccessKeyId }, context) {
    const user = await findUserOrCaller(context, UserName)
    const removed = await context.store.identities.accessKeys.removeAccessKey(user?.userId, AccessKeyId)
    if (!removed) throw noSuchAccessKey(AccessKeyId)
    return undefined
  },
}
