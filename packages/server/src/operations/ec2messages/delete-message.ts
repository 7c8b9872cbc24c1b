import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { messagesOf } from './own-messages.ts'

/**
 * DeleteMessage: in the agents' interface, though none calls it in the normal flow. A message that
 * an agent wants no more is one that it has.
 */
export const deleteMessage: Operation<
  InputOf<'ec2messages', 'DeleteMessage'>,
  OutputOf<'ec2messages', 'DeleteMessage'>
> = {
  service: 'ec2messages',
  name: 'DeleteMessage',
  action: 'ec2messages:DeleteMessage',

  resources: () => [{ resource: '*' }],

  async handle({ MessageId }, { caller, nodeMail }) {
    await nodeMail.acknowledge(messagesOf(caller), MessageId)
    return {}
  },
}
