import type { PutKeyPolicyRequest } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { checkKeyPolicy, requirePolicyName } from './key-policy.ts'

/** PutKeyPolicy: replaces the key's policy; the next request is decided by the new one. */
export const putKeyPolicy: Operation<PutKeyPolicyRequest, undefined> = {
  service: 'kms',
  name: 'PutKeyPolicy',
  action: 'kms:PutKeyPolicy',

  resources: () => [],

  async handle(input, context) {
    const { KeyId, PolicyName, Policy: policy, BypassPolicyLockoutSafetyCheck: bypass = false } = input
    const keys = { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass) }
    const found = await authorizedKey(context, KeyId, { keys })
    requirePolicyName(PolicyName)
    await checkKeyPolicy(context, found.keyId, policy, input)
    await changeKey(context, found, (key) => ({ ...key, policy }))
    return undefined
  },
}
