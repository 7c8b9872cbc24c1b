import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'

/** A command as ListCommands has it; nothing is known of one that is not there. */
export async function commandOf(ask: Ask, CommandId: string): Promise<Command> {
  const { Commands: commands = [] } = await ask((api) => api.ssm('ListCommands', { CommandId }))
  return commands[0] ?? {}
}
