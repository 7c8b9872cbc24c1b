import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@fairlead/wire/model/generated/sts'
import type { Operation } from '../operation.ts'

/** GetCallerIdentity: who signed this. */
export const getCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = {
  service: 'sts',
  name: 'GetCallerIdentity',
  action: 'sts:GetCallerIdentity',

  // No permission is needed, and not even an explicit Deny takes it away (GetCallerIdentity reference).
  resources: () => [],

  handle: async (_input, { caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
}
