import type { CreatePolicyVersionRequest, CreatePolicyVersionResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { versionsPerPolicy } from '../../domain/managed-policy.ts'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { describeVersion } from './describe.ts'
import { noSuchPolicy } from './find.ts'
import { findOwnPolicy, managedPolicyTooLong } from './own-policy.ts'
import { checkDocument } from './policy-document.ts'

/** CreatePolicyVersion: another text, in force at once when it is made the default. */
export const createPolicyVersion: Operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse> = {
  service: 'iam',
  name: 'CreatePolicyVersion',
  action: 'iam:CreatePolicyVersion',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, PolicyDocument: document, SetAsDefault: asDefault = false }, context) {
    await findOwnPolicy(context, PolicyArn, 'iam:CreatePolicyVersion')
    checkDocument(document, 'managed', managedPolicyTooLong)
    const version = await context.store.identities.policies.addVersion(
      PolicyArn,
      { document, createdAt: context.now(), asDefault },
      versionsPerPolicy,
    )
    if (version === 'not-found') throw noSuchPolicy(PolicyArn)
    if (version === 'too-many') {
      throw new ServiceError(
        'LimitExceeded',
        `A managed policy can have up to ${versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
      )
    }
    return { PolicyVersion: describeVersion(version) }
  },
}
