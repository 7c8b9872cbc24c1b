import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { messagesOf } from './own-messages.ts'

/** FailMessage: the agent will not run it, since it knows no such topic or could not read the message. */
export const failMessage: Operation<InputOf<'ec2messages', 'FailMessage'>, OutputOf<'ec2messages', 'FailMessage'>> = {
  service: 'ec2messages',
  name: 'FailMessage',
  action: 'ec2messages:FailMessage',

  resources: () => [{ resource: '*' }],

  async handle({ MessageId, FailureType }, { caller, nodeMail }) {
    await nodeMail.fail(messagesOf(caller), MessageId, FailureType)
    return {}
  },
}
