import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { contextKeysOfAll, inputPolicies } from './simulated-policies.ts'

/** GetContextKeysForCustomPolicy: the condition keys that policies ask for. */
export const getContextKeysForCustomPolicy: Operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  service: 'iam',
  name: 'GetContextKeysForCustomPolicy',
  action: 'iam:GetContextKeysForCustomPolicy',

  resources: () => [{ resource: '*' }],

  async handle({ PolicyInputList }) {
    return { ContextKeyNames: contextKeysOfAll(inputPolicies(PolicyInputList, 'PolicyInputList')) }
  },
}
