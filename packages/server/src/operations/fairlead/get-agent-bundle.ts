import type { GetAgentBundleRequest, GetAgentBundleResponse } from '@fairlead/wire/model/generated/fairlead'
import type { Operation } from '../operation.ts'
import { requireBundle } from './published-bundle.ts'
import { fetchAction, fetchChecks, requireNode } from './require-node.ts'

/** GetAgentBundle: what there is to fetch of a version of the agent, and the signature of it. */
export const getAgentBundle: Operation<GetAgentBundleRequest, GetAgentBundleResponse> = {
  service: 'fairlead',
  name: 'GetAgentBundle',
  action: fetchAction,

  resources: (_input, scope) => fetchChecks(scope),

  async handle(input, { agentBundles, caller }) {
    requireNode(caller, this.name)
    const { version, platform, arch, bytes, sha256, signature } = requireBundle(agentBundles, input)
    return {
      Version: version,
      Platform: platform,
      Architecture: arch,
      Bytes: bytes,
      Sha256: sha256,
      Signature: signature,
    }
  },
}
