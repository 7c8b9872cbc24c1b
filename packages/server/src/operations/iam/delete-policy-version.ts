import type { DeletePolicyVersionRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findOwnPolicy, noSuchVersion } from './own-policy.ts'

/** DeletePolicyVersion: any version but the default one. */
export const deletePolicyVersion: Operation<DeletePolicyVersionRequest, undefined> = {
  service: 'iam',
  name: 'DeletePolicyVersion',
  action: 'iam:DeletePolicyVersion',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, VersionId }, context) {
    await findOwnPolicy(context, PolicyArn, 'iam:DeletePolicyVersion')
    const answer = await context.store.identities.policies.removeVersion(PolicyArn, VersionId)
    if (answer === 'not-found') throw noSuchVersion(PolicyArn, VersionId)
    if (answer === 'is-default') {
      throw new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.')
    }
    return undefined
  },
}
