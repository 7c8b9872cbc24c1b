import type { ListKeyPoliciesRequest, ListKeyPoliciesResponse } from '@fairlead/wire/model/generated/kms'
import { keyPolicyName } from '../../domain/kms-key-policy.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'

/** ListKeyPolicies: every key has one, so there is never a second page. */
export const listKeyPolicies: Operation<ListKeyPoliciesRequest, ListKeyPoliciesResponse> = {
  service: 'kms',
  name: 'ListKeyPolicies',
  action: 'kms:ListKeyPolicies',

  resources: () => [],

  async handle({ KeyId }, context) {
    await authorizedKey(context, KeyId)
    return { PolicyNames: [keyPolicyName], Truncated: false }
  },
}
