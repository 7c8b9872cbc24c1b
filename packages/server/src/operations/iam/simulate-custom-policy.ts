import { principalOf } from '@fairlead/iam'
import type { SimulateCustomPolicyRequest, SimulatePolicyResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { inputPolicies, inputPolicy } from './simulated-policies.ts'
import { checkActions, simulate } from './simulation.ts'
import { contextOfEntries } from './simulation-context.ts'
import { boundaryOf, callerOf, ownerAccount, refuseHandlingOption } from './simulation-input.ts'

/** SimulateCustomPolicy: what policies would allow, which need not be anybody's. */
export const simulateCustomPolicy: Operation<SimulateCustomPolicyRequest, SimulatePolicyResponse> = {
  service: 'iam',
  name: 'SimulateCustomPolicy',
  action: 'iam:SimulateCustomPolicy',

  resources: () => [{ resource: '*' }],

  async handle(input, { scope }) {
    refuseHandlingOption(input)
    const { PolicyInputList, ResourcePolicy, CallerArn, ContextEntries, ActionNames, ResourceArns } = input
    if (ResourcePolicy !== undefined && CallerArn === undefined) {
      throw new ServiceError('InvalidInput', 'CallerArn is required when ResourcePolicy is given.')
    }
    // Policies alone say nothing of who asks.
    const nobody = principalOf(`arn:aws:iam::${scope.account}:user/simulation`)
    const simulation = {
      principal: CallerArn === undefined ? nobody : callerOf(CallerArn),
      identity: inputPolicies(PolicyInputList, 'PolicyInputList'),
      boundary: boundaryOf(input),
      resource: ResourcePolicy === undefined ? undefined : inputPolicy(ResourcePolicy, 'ResourcePolicy', 'resource'),
      resourceAccount: ownerAccount(input, scope.account),
      context: contextOfEntries(ContextEntries),
      actions: checkActions(ActionNames),
      resources: ResourceArns,
    }
    return simulate(simulation, input)
  },
}
