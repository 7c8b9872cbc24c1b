import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { type Activation, isExpired, isUsedUp } from '../../domain/activation.ts'
import { isActivationCode } from '../../domain/activation-code.ts'
import { ServiceError } from '../../domain/error.ts'
import type { ManagedNode } from '../../domain/managed-node.ts'
import { activationTierSetting, mostStandardNodes } from '../../domain/service-setting.ts'
import type { Context, Operation } from '../operation.ts'
import { isStandardTier } from './activation-tier.ts'
import { requireNodeKey } from './require-node-key.ts'

type Input = InputOf<'ssm', 'RegisterManagedInstance'>
type Output = OutputOf<'ssm', 'RegisterManagedInstance'>

/**
 * RegisterManagedInstance: an activation becomes a node. The request is unsigned; the code is the
 * proof (agent reference, 1.1). A machine that registers again becomes a new node.
 */
export const registerManagedInstance: Operation<Input, Output> = {
  service: 'ssm',
  name: 'RegisterManagedInstance',
  action: 'ssm:RegisterManagedInstance',
  authentication: 'activation-code',

  // Nobody has signed, so there are no policies to ask.
  resources: () => [],

  async handle(input, context) {
    const { store, now, randomHex } = context
    const publicKey = requireNodeKey(input.PublicKey, 'publicKey')
    const activation = await redeemable(input, context)
    const node: ManagedNode = {
      nodeId: `mi-${randomHex(9).slice(0, 17)}`,
      activationId: activation.activationId,
      roleName: activation.roleName,
      name: activation.defaultInstanceName,
      publicKey,
      publicKeyType: 'Rsa',
      fingerprint: input.Fingerprint,
      registeredAt: now(),
      pingStatus: 'Inactive',
      tags: activation.tags,
    }
    const mostNodes = (await isStandardTier(context)) ? mostStandardNodes : undefined
    const outcome = await store.nodes.registerNode(node, mostNodes)
    if (outcome === 'full') throw tierIsFull()
    if (outcome === 'used-up') {
      // Somebody was faster: took the last place, or deleted the activation.
      await redeemable(input, context)
      throw usedUp()
    }
    return { InstanceId: node.nodeId }
  },
}

/** The activation, if one more node may register with it. Which of id and code is wrong is not told. */
async function redeemable({ ActivationId, ActivationCode = '' }: Input, { store, now }: Context): Promise<Activation> {
  const activation = ActivationId === undefined ? undefined : await store.nodes.findActivation(ActivationId)
  if (!isActivationCode(ActivationCode, activation?.codeHash) || !activation) {
    throw new ServiceError(
      'InvalidActivation',
      'The activation is not valid: it may have been deleted, or the ActivationId and the ActivationCode do not match.',
    )
  }
  if (isExpired(activation, now())) throw new ServiceError('ActivationExpired', 'The activation has expired.')
  if (isUsedUp(activation)) throw usedUp()
  return activation
}

/** AWS's text, as it was seen with another number (sagemaker-ssh-helper's FAQ). */
function tierIsFull(): ServiceError {
  return new ServiceError(
    'RegistrationLimitExceeded',
    `Registration limit of ${mostStandardNodes} reached for SSM On-prem managed instances. The advanced-instances tier has no such limit: it is the service setting ${activationTierSetting}.`,
  )
}

function usedUp(): ServiceError {
  return new ServiceError(
    'RegistrationLimitExceeded',
    'As many nodes as the activation allows have registered with it.',
  )
}
