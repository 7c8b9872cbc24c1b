import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'

/** The node in the path joins the members of the body at the gateway. */
type Input = InputOf<'ssmmessages', 'CreateControlChannel'> & { readonly ChannelId: string }
type Output = OutputOf<'ssmmessages', 'CreateControlChannel'>

/** CreateControlChannel: a token for the websocket that the node opens next (agent reference, section 4). */
export const createControlChannel: Operation<Input, Output> = {
  service: 'ssmmessages',
  name: 'CreateControlChannel',
  action: 'ssmmessages:CreateControlChannel',

  resources: () => [{ resource: '*' }],

  async handle({ ChannelId: nodeId }, { caller, channelTokens }) {
    requireOwnNode(caller, nodeId, this.action)
    return { MessageSchemaVersion: '1.0', TokenValue: channelTokens.issue(nodeId) }
  },
}
