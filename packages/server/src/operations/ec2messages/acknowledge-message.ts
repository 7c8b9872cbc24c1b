import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { messagesOf } from './own-messages.ts'

type Input = InputOf<'ec2messages', 'AcknowledgeMessage'>
type Output = OutputOf<'ec2messages', 'AcknowledgeMessage'>

/** AcknowledgeMessage: the agent has the job on its disk; it is not offered again. */
export const acknowledgeMessage: Operation<Input, Output> = {
  service: 'ec2messages',
  name: 'AcknowledgeMessage',
  action: 'ec2messages:AcknowledgeMessage',

  resources: () => [{ resource: '*' }],

  async handle({ MessageId }, { caller, nodeMail }) {
    await nodeMail.acknowledge(messagesOf(caller), MessageId)
    return {}
  },
}
