import type { GetKeyPolicyRequest, GetKeyPolicyResponse } from '@fairlead/wire/model/generated/kms'
import { keyPolicyName } from '../../domain/kms-key-policy.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'
import { requirePolicyName } from './key-policy.ts'

/** GetKeyPolicy: the policy as its author wrote it. */
export const getKeyPolicy: Operation<GetKeyPolicyRequest, GetKeyPolicyResponse> = {
  service: 'kms',
  name: 'GetKeyPolicy',
  action: 'kms:GetKeyPolicy',

  resources: () => [],

  async handle({ KeyId, PolicyName }, context) {
    const { policy } = await authorizedKey(context, KeyId)
    requirePolicyName(PolicyName)
    return { Policy: policy, PolicyName: keyPolicyName }
  },
}
