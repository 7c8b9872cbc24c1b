import type { GetPolicyVersionRequest, GetPolicyVersionResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { describeVersion } from './describe.ts'
import { findPolicy } from './find.ts'
import { noSuchVersion } from './own-policy.ts'
import { encodedDocument } from './policy-document.ts'

/** GetPolicyVersion: one version with its text. */
export const getPolicyVersion: Operation<GetPolicyVersionRequest, GetPolicyVersionResponse> = {
  service: 'iam',
  name: 'GetPolicyVersion',
  action: 'iam:GetPolicyVersion',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, VersionId }, context) {
    await findPolicy(context, PolicyArn)
    const version = await context.store.identities.policies.findVersion(PolicyArn, VersionId)
    if (!version) throw noSuchVersion(PolicyArn, VersionId)
    return { PolicyVersion: { ...describeVersion(version), Document: encodedDocument(version.document) } }
  },
}
