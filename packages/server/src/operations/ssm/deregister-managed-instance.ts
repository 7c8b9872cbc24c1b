import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { nodeArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

type Input = InputOf<'ssm', 'DeregisterManagedInstance'>
type Output = OutputOf<'ssm', 'DeregisterManagedInstance'>

/**
 * DeregisterManagedInstance: the node is no longer managed. Its keys and its session end with it,
 * since both are looked up at every request; its channel is closed by whoever hears `deregistered`.
 */
export const deregisterManagedInstance: Operation<Input, Output> = {
  service: 'ssm',
  name: 'DeregisterManagedInstance',
  action: 'ssm:DeregisterManagedInstance',

  resources: ({ InstanceId }, scope) => [
    { resource: nodeArn(scope, InstanceId), tagsOf: { type: 'ManagedInstance', id: InstanceId } },
  ],

  async handle({ InstanceId }, { store, now }) {
    if (await store.nodes.removeNode(InstanceId, now())) return {}
    throw new ServiceError('InvalidInstanceId', `${InstanceId} is not a managed node of this account.`)
  },
}
