import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'

/** Agents give a poll up after 20 s (Mds.StopTimeoutMillis); an answer has to be on its way before. */
const holdMs = 15_000

/** GetMessages: work for an agent without a control channel; held until there is some, or for a while. */
export const getMessages: Operation<InputOf<'ec2messages', 'GetMessages'>, OutputOf<'ec2messages', 'GetMessages'>> = {
  service: 'ec2messages',
  name: 'GetMessages',
  action: 'ec2messages:GetMessages',

  resources: () => [{ resource: '*' }],

  async handle({ Destination: nodeId, MessagesRequestId }, { caller, nodeMail, signal }) {
    requireOwnNode(caller, nodeId, this.action)
    const messages = await nodeMail.collect(nodeId, holdMs, signal)
    return {
      Destination: nodeId,
      MessagesRequestId,
      Messages: messages.map(({ messageId, topic, createdAt, payload }) => ({
        CreatedDate: createdAt.toISOString(),
        Destination: nodeId,
        MessageId: messageId,
        Topic: topic,
        Payload: payload,
      })),
    }
  },
}
