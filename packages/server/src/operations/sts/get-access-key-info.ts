import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '@fairlead/wire/model/generated/sts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/** GetAccessKeyInfo: the account of a long-term key. Ours do not tell it by themselves, so a key that is gone is unknown. */
export const getAccessKeyInfo: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = {
  service: 'sts',
  name: 'GetAccessKeyInfo',
  action: 'sts:GetAccessKeyInfo',

  resources: () => [{ resource: '*' }],

  async handle({ AccessKeyId }, { store, scope }) {
    if (await store.identities.accessKeys.findAccessKey(AccessKeyId)) return { Account: scope.account }
    throw new ServiceError('ValidationError', `The access key ${AccessKeyId} is not one of this account's.`)
  },
}
