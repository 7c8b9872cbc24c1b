import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { nodeArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'

type Input = InputOf<'ssm', 'UpdateInstanceAssociationStatus'>
type Output = OutputOf<'ssm', 'UpdateInstanceAssociationStatus'>

/** UpdateInstanceAssociationStatus: there are no associations here, so there is none to report on. */
export const updateInstanceAssociationStatus: Operation<Input, Output> = {
  service: 'ssm',
  name: 'UpdateInstanceAssociationStatus',
  action: 'ssm:UpdateInstanceAssociationStatus',

  resources: ({ InstanceId }, scope) => [{ resource: nodeArn(scope, InstanceId) }],

  async handle({ AssociationId, InstanceId }, { caller }) {
    requireOwnNode(caller, InstanceId, this.action)
    throw new ServiceError('AssociationDoesNotExist', `The association ${AssociationId} does not exist.`)
  },
}
