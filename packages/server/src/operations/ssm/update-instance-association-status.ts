import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { associationArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'
import { nodeCheck } from './node-selection.ts'

type Input = InputOf<'ssm', 'UpdateInstanceAssociationStatus'>
type Output = OutputOf<'ssm', 'UpdateInstanceAssociationStatus'>

/** UpdateInstanceAssociationStatus: there are no associations here, so there is none to report on. */
export const updateInstanceAssociationStatus: Operation<Input, Output> = {
  service: 'ssm',
  name: 'UpdateInstanceAssociationStatus',
  action: 'ssm:UpdateInstanceAssociationStatus',

  resources: ({ AssociationId, InstanceId }, scope) => [
    { resource: associationArn(scope, AssociationId) },
    nodeCheck(InstanceId, scope),
  ],

  async handle({ AssociationId, InstanceId }, { caller }) {
    requireOwnNode(caller, InstanceId, this.action)
    throw new ServiceError('AssociationDoesNotExist', `The association ${AssociationId} does not exist.`)
  },
}
