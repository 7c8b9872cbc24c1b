import type { GetConnectionStatusRequest, GetConnectionStatusResponse } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { nodeCheck } from './node-selection.ts'

/** GetConnectionStatus: whether a session could begin on the node now. A node that is not there is not connected. */
export const getConnectionStatus: Operation<GetConnectionStatusRequest, GetConnectionStatusResponse> = {
  service: 'ssm',
  name: 'GetConnectionStatus',
  action: 'ssm:GetConnectionStatus',

  resources: ({ Target }, scope) => [nodeCheck(Target, scope)],

  async handle({ Target }, { sessionLinks }) {
    return { Target, Status: sessionLinks.isConnected(Target) ? 'connected' : 'notconnected' }
  },
}
