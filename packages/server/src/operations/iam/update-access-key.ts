import type { UpdateAccessKeyRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller, noSuchAccessKey } from './find.ts'

/** UpdateAccessKey: switches a key off, or on again; the next request already feels it. */
export const updateAccessKey: Operation<UpdateAccessKeyRequest, undefined> = {
  service: 'iam',
  name: 'UpdateAccessKey',
  action: 'iam:UpdateAccessKey',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, AccessKeyId, Status }, context) {
    // The model also has Expired, which only AWS itself sets.
    if (Status === 'Expired') throw new ServiceError('InvalidInput', 'A key can be made Active or Inactive.')
    const user = await findUserOrCaller(context, UserName)
    const { accessKeys } = context.store.identities
    if (!(await accessKeys.setStatus(user?.userId, AccessKeyId, Status))) throw noSuchAccessKey(AccessKeyId)
    return undefined
  },
}
