import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'

/**
 * GetAccessKeyLastUsed: when, where and for which service a key was last used.
 *
 * Whose key it is, and so what must be allowed, is known only when it has been found. An unknown key is
 * answered as a forbidden one (IAM does so), so that nobody can find out which keys exist.
 */
export const getAccessKeyLastUsed: Operation<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse> = {
  service: 'iam',
  name: 'GetAccessKeyLastUsed',
  action: 'iam:GetAccessKeyLastUsed',

  resources: () => [],

  async handle({ AccessKeyId }, context) {
    const key = await context.store.identities.accessKeys.findAccessKey(AccessKeyId)
    const userName = key?.owner.kind === 'user' ? key.owner.userName : undefined
    const check = userName === undefined ? { resource: '*' } : userCheck(context.scope, userName)
    const [decision] = await context.decide([check])
    if (!key || decision?.effect !== 'Allowed') {
      throw new ServiceError(
        'AccessDenied',
        `User: ${context.caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
      )
    }
    const { lastUse } = key
    return {
      UserName: userName ?? 'root',
      AccessKeyLastUsed: lastUse
        ? { LastUsedDate: lastUse.at, ServiceName: lastUse.service, Region: lastUse.region }
        : { ServiceName: 'N/A', Region: 'N/A' },
    }
  },
}
