import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { previousKeyMs } from '../../domain/node-key.ts'
import type { Operation } from '../operation.ts'
import { requireNodeKey } from './require-node-key.ts'
import { requireSigningNode } from './signing-node.ts'

type Input = InputOf<'ssm', 'UpdateManagedInstancePublicKey'>
type Output = OutputOf<'ssm', 'UpdateManagedInstancePublicKey'>

/**
 * UpdateManagedInstancePublicKey: a new key for the node that signs with its present one. That one
 * stays good until the new one is first used, a day at most (agent reference, 1.4).
 */
export const updateManagedInstancePublicKey: Operation<Input, Output> = {
  service: 'ssm',
  name: 'UpdateManagedInstancePublicKey',
  action: 'ssm:UpdateManagedInstancePublicKey',
  authentication: 'node-key',

  // As for the token: the signature decides.
  resources: () => [],

  async handle({ NewPublicKey }, context) {
    const { store, now } = context
    const publicKey = requireNodeKey(NewPublicKey, 'newPublicKey')
    const { node } = await requireSigningNode(context)
    await store.nodes.replaceKey(node.nodeId, publicKey, new Date(now().getTime() + previousKeyMs))
    return {}
  },
}
