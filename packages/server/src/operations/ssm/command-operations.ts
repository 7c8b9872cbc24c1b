import type { AnyOperation } from '../operation.ts'
import { cancelCommand } from './cancel-command.ts'
import { getCommandInvocation } from './get-command-invocation.ts'
import { listCommandInvocations } from './list-command-invocations.ts'
import { listCommands } from './list-commands.ts'
import { sendCommand } from './send-command.ts'

/** Run Command. */
export const commandOperations: readonly AnyOperation[] = [
  sendCommand,
  listCommands,
  listCommandInvocations,
  getCommandInvocation,
  cancelCommand,
]
