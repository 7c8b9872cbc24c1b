import type { AnyOperation } from '../operation.ts'
import { acknowledgeMessage } from './acknowledge-message.ts'
import { deleteMessage } from './delete-message.ts'
import { failMessage } from './fail-message.ts'
import { getMessages } from './get-messages.ts'
import { sendReply } from './send-reply.ts'

export const ec2messagesOperations: readonly AnyOperation[] = [
  getMessages,
  acknowledgeMessage,
  sendReply,
  failMessage,
  deleteMessage,
]
