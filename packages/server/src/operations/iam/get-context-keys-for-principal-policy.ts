import type {
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { contextKeysOfAll, inputPolicies, storedPolicy } from './simulated-policies.ts'
import { principalCheck, simulatedPrincipal } from './simulated-principal.ts'

/** GetContextKeysForPrincipalPolicy: the condition keys that the policies of a user, group or role ask for. */
export const getContextKeysForPrincipalPolicy: Operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  service: 'iam',
  name: 'GetContextKeysForPrincipalPolicy',
  action: 'iam:GetContextKeysForPrincipalPolicy',

  resources: ({ PolicySourceArn }, scope) => [principalCheck(PolicySourceArn, scope)],

  async handle({ PolicySourceArn, PolicyInputList }, context) {
    const { policies } = await simulatedPrincipal(PolicySourceArn, context)
    const all = [...policies.map(storedPolicy), ...inputPolicies(PolicyInputList, 'PolicyInputList')]
    return { ContextKeyNames: contextKeysOfAll(all) }
  },
}
