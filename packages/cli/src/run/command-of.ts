import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { printable } from '../session/copy/printable.ts'

/** Whether it can be the id of a command: the API has a longer word for what cannot. */
export function isCommandId(text: string): boolean {
  return /^[0-9a-fA-F-]{36}$/.test(text)
}

/** A command as ListCommands has it; nothing is known of one that is not there. */
export async function commandOf(ask: Ask, CommandId: string): Promise<Command> {
  if (!isCommandId(CommandId)) return {}
  const { Commands: commands = [] } = await ask((api) => api.ssm('ListCommands', { CommandId }))
  return commands[0] ?? {}
}

/** What to tell of an id that is of no command. */
export function noCommand(id: string): CliError {
  return new CliError(`There is no command ${printable(id)}. "fairlead commands" shows the last ones, with their ids.`)
}
