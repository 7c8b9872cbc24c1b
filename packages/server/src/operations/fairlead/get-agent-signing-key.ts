import type { GetAgentSigningKeyRequest, GetAgentSigningKeyResponse } from '@fairlead/wire/model/generated/fairlead'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { fetchAction, fetchChecks, requireNode } from './require-node.ts'

/** GetAgentSigningKey: the key whose signature a node is to believe on versions of its agent. It asks once. */
export const getAgentSigningKey: Operation<GetAgentSigningKeyRequest, GetAgentSigningKeyResponse> = {
  service: 'fairlead',
  name: 'GetAgentSigningKey',
  action: fetchAction,

  resources: (_input, scope) => fetchChecks(scope),

  async handle(_input, { agentBundles, caller }) {
    requireNode(caller, this.name)
    const PublicKey = agentBundles.publicKey()
    if (PublicKey !== undefined) return { PublicKey }
    throw new ServiceError(
      'DoesNotExistException',
      'The key that signed the versions of the agent is lost. An administrator puts it back from a backup, or publishes them again.',
    )
  },
}
