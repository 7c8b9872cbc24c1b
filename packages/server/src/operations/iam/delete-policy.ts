import type { DeletePolicyRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { noSuchPolicy } from './find.ts'
import { findOwnPolicy } from './own-policy.ts'

const stillThere = {
  'has-attachments': 'Cannot delete a policy attached to entities.',
  'has-versions':
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
} as const

/** DeletePolicy: only a policy that is attached to nothing and has its default version alone. */
export const deletePolicy: Operation<DeletePolicyRequest, undefined> = {
  service: 'iam',
  name: 'DeletePolicy',
  action: 'iam:DeletePolicy',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn }, context) {
    await findOwnPolicy(context, PolicyArn, 'iam:DeletePolicy')
    const answer = await context.store.identities.policies.removePolicy(PolicyArn)
    if (answer === 'not-found') throw noSuchPolicy(PolicyArn)
    if (answer !== 'removed') throw new ServiceError('DeleteConflict', stillThere[answer])
    return undefined
  },
}
