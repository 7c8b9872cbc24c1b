import type { SetDefaultPolicyVersionRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findOwnPolicy, noSuchVersion } from './own-policy.ts'

/** SetDefaultPolicyVersion: which text is in force, for everybody the policy is attached to. */
export const setDefaultPolicyVersion: Operation<SetDefaultPolicyVersionRequest, undefined> = {
  service: 'iam',
  name: 'SetDefaultPolicyVersion',
  action: 'iam:SetDefaultPolicyVersion',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, VersionId }, context) {
    await findOwnPolicy(context, PolicyArn, 'iam:SetDefaultPolicyVersion')
    const { policies } = context.store.identities
    const answer = await policies.setDefaultVersion(PolicyArn, VersionId, context.now())
    if (answer === 'not-found') throw noSuchVersion(PolicyArn, VersionId)
    return undefined
  },
}
