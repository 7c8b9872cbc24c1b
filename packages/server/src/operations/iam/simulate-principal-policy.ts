import { contextLayer, principalOf } from '@fairlead/iam'
import type { SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { AccessCheck, Operation } from '../operation.ts'
import { inputPolicies, inputPolicy, storedPolicy } from './simulated-policies.ts'
import { askingPrincipal, principalCheck, simulatedPrincipal } from './simulated-principal.ts'
import { checkActions, simulate } from './simulation.ts'
import { contextOfEntries } from './simulation-context.ts'
import { boundaryOf, callerOf, ownerAccount, refuseHandlingOption } from './simulation-input.ts'

/**
 * SimulatePrincipalPolicy: what a user, group or role may do, with policies that it does not have yet if some are
 * given. Its name, id and tags are condition keys of the simulation, unless ContextEntries says otherwise.
 */
export const simulatePrincipalPolicy: Operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse> = {
  service: 'iam',
  name: 'SimulatePrincipalPolicy',
  action: 'iam:SimulatePrincipalPolicy',

  resources: ({ PolicySourceArn }, scope): readonly AccessCheck[] => [principalCheck(PolicySourceArn, scope)],

  async handle(input, context) {
    refuseHandlingOption(input)
    const { PolicySourceArn, PolicyInputList, ResourcePolicy, CallerArn, ContextEntries } = input
    const principal = await simulatedPrincipal(PolicySourceArn, context)
    if (ResourcePolicy !== undefined && CallerArn === undefined && principal.kind !== 'user') {
      throw new ServiceError('InvalidInput', 'CallerArn is required when ResourcePolicy is given and no user asks.')
    }
    const own = contextLayer(principal.keys)
    const caller =
      CallerArn !== undefined
        ? callerOf(CallerArn)
        : principal.kind === 'group'
          ? principalOf(`arn:aws:iam::${context.scope.account}:user/simulation`)
          : askingPrincipal(principal.arn)
    const simulation = {
      principal: caller,
      identity: [...principal.policies.map(storedPolicy), ...inputPolicies(PolicyInputList, 'PolicyInputList')],
      boundary: boundaryOf(input) ?? (principal.boundary && storedPolicy(principal.boundary)),
      resource: ResourcePolicy === undefined ? undefined : inputPolicy(ResourcePolicy, 'ResourcePolicy', 'resource'),
      resourceAccount: ownerAccount(input, context.scope.account),
      context: new Map([...own, ...contextOfEntries(ContextEntries)]),
      actions: checkActions(input.ActionNames),
      resources: input.ResourceArns,
    }
    return simulate(simulation, input)
  },
}
