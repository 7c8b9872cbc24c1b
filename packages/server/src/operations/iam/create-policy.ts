import type { CreatePolicyRequest, CreatePolicyResponse } from '@fairlead/wire/model/generated/iam'
import { policyArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { type ManagedPolicy, policiesPerAccount } from '../../domain/managed-policy.ts'
import { uniqueId } from '../../domain/unique-id.ts'
import type { Operation } from '../operation.ts'
import { newCheck } from './check.ts'
import { describePolicy } from './describe.ts'
import { managedPolicyTooLong } from './own-policy.ts'
import { checkDocument } from './policy-document.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'

/** CreatePolicy: a managed policy of this account, version v1. */
export const createPolicy: Operation<CreatePolicyRequest, CreatePolicyResponse> = {
  service: 'iam',
  name: 'CreatePolicy',
  action: 'iam:CreatePolicy',

  resources: ({ PolicyName, Path = '/', Tags }, scope) =>
    newCheck(policyArn(scope, Path, PolicyName), Tags, 'iam:TagPolicy'),
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ PolicyName: policyName, Path: path = '/', PolicyDocument, Description, Tags = [] }, context) {
    checkDocument(PolicyDocument, 'managed', managedPolicyTooLong)
    const at = context.now()
    const policy: ManagedPolicy = {
      policyId: uniqueId('ANPA', (bytes) => context.randomHex(bytes)),
      policyName,
      path,
      arn: policyArn(context.scope, path, policyName),
      owner: 'Local',
      description: Description,
      defaultVersionId: 'v1',
      attachmentCount: 0,
      boundaryCount: 0,
      createdAt: at,
      updatedAt: at,
      tags: readTags(Tags),
    }
    const answer = await context.store.identities.policies.addPolicy(policy, PolicyDocument)
    if (answer === 'name-taken') {
      throw new ServiceError(
        'EntityAlreadyExists',
        `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
      )
    }
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for PoliciesPerAccount: ${policiesPerAccount}`)
    }
    return { Policy: { ...describePolicy(policy), ...shownTags(policy.tags) } }
  },
}
