import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { accountWideArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

type Input = InputOf<'ssm', 'DeleteActivation'>
type Output = OutputOf<'ssm', 'DeleteActivation'>

/** DeleteActivation: nobody registers with it any more. The nodes that did stay. */
export const deleteActivation: Operation<Input, Output> = {
  service: 'ssm',
  name: 'DeleteActivation',
  action: 'ssm:DeleteActivation',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle({ ActivationId }, { store }) {
    if (await store.nodes.removeActivation(ActivationId)) return {}
    throw new ServiceError('InvalidActivation', `There is no activation ${ActivationId}.`)
  },
}
