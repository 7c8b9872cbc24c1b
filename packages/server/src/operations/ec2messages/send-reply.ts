import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { messagesOf } from './own-messages.ts'

/** SendReply: how far a command is; answered after the commit, so the agent may forget what it said. */
export const sendReply: Operation<InputOf<'ec2messages', 'SendReply'>, OutputOf<'ec2messages', 'SendReply'>> = {
  service: 'ec2messages',
  name: 'SendReply',
  action: 'ec2messages:SendReply',

  resources: () => [{ resource: '*' }],

  async handle({ MessageId, ReplyId, Payload }, { caller, nodeMail }) {
    await nodeMail.reply(messagesOf(caller), MessageId, ReplyId, Payload)
    return {}
  },
}
