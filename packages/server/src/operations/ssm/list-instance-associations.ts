import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'
import { nodeCheck } from './node-selection.ts'

type Input = InputOf<'ssm', 'ListInstanceAssociations'>
type Output = OutputOf<'ssm', 'ListInstanceAssociations'>

/**
 * ListInstanceAssociations: what State Manager has for the asking node. There are no associations
 * here, so the truth is an empty list; an error would make old agents try other operations.
 */
export const listInstanceAssociations: Operation<Input, Output> = {
  service: 'ssm',
  name: 'ListInstanceAssociations',
  action: 'ssm:ListInstanceAssociations',

  resources: ({ InstanceId }, scope) => [nodeCheck(InstanceId, scope)],

  async handle({ InstanceId }, { caller }) {
    requireOwnNode(caller, InstanceId, this.action)
    return { Associations: [] }
  },
}
