import { type Principal, principalOf } from '@fairlead/iam'
import type { SimulateCustomPolicyRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { inputPolicies, type SimulatedPolicy } from './simulated-policies.ts'

// What the two simulations take alike.

/** One boundary is all that a user or role can have. */
export function boundaryOf({
  PermissionsBoundaryPolicyInputList: list,
}: Pick<SimulateCustomPolicyRequest, 'PermissionsBoundaryPolicyInputList'>): SimulatedPolicy | undefined {
  if (list !== undefined && list.length > 1) {
    throw new ServiceError('InvalidInput', 'PermissionsBoundaryPolicyInputList takes one policy.')
  }
  return inputPolicies(list, 'PermissionsBoundaryPolicyInputList')[0]
}

/** Only users can be named as the caller (SimulateCustomPolicy reference, "CallerArn"). */
export function callerOf(arn: string): Principal {
  if (/^arn:aws:iam::\d{12}:user\/.+$/.test(arn)) return principalOf(arn)
  throw new ServiceError('InvalidInput', `Invalid CallerArn: ${arn}. It is the ARN of an IAM user.`)
}

/** The account of ResourceOwner, else that of each resource's ARN, else ours. */
export function ownerAccount(
  { ResourceOwner: owner, ResourceArns }: Pick<SimulateCustomPolicyRequest, 'ResourceOwner' | 'ResourceArns'>,
  account: string,
): string | undefined {
  const named = owner === undefined ? undefined : /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(owner)?.[1]
  if (owner !== undefined && named === undefined) {
    throw new ServiceError('InvalidInput', `Invalid ResourceOwner: ${owner}. It is arn:aws:iam::ACCOUNT:root.`)
  }
  return named ?? (ResourceArns === undefined ? account : undefined)
}

/** Scenarios of EC2's RunInstances, which is not served here. */
export function refuseHandlingOption({
  ResourceHandlingOption: option,
}: Pick<SimulateCustomPolicyRequest, 'ResourceHandlingOption'>): void {
  if (option === undefined) return
  throw new ServiceError(
    'InvalidInput',
    `ResourceHandlingOption ${option} is for RunInstances of EC2, which is not served.`,
  )
}
