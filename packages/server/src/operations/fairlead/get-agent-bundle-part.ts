import type { GetAgentBundlePartRequest, GetAgentBundlePartResponse } from '@fairlead/wire/model/generated/fairlead'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { requireBundle } from './published-bundle.ts'
import { fetchAction, fetchChecks, requireNode } from './require-node.ts'

/** Of a whole fleet that fetches at once, this is what each node has in memory here. */
const partBytes = 64 * 1024

/** GetAgentBundlePart: some bytes of a version of the agent. */
export const getAgentBundlePart: Operation<GetAgentBundlePartRequest, GetAgentBundlePartResponse> = {
  service: 'fairlead',
  name: 'GetAgentBundlePart',
  action: fetchAction,

  resources: (_input, scope) => fetchChecks(scope),

  async handle(input, { agentBundles, caller }) {
    requireNode(caller, this.name)
    const bundle = requireBundle(agentBundles, input)
    const { Offset: offset } = input
    if (offset >= bundle.bytes) {
      throw new ServiceError(
        'ValidationException',
        `Offset ${offset} is behind the end: there are ${bundle.bytes} bytes.`,
      )
    }
    const content = agentBundles.read(bundle, offset, partBytes)
    if (content === undefined || content.length === 0) {
      throw new ServiceError('DoesNotExistException', `Version ${bundle.version} of the agent was removed.`)
    }
    return { Content: content }
  },
}
