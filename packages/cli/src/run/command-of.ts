import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { printable } from '../session/copy/printable.ts'

const idForm = /^[0-9a-fA-F-]{36}$/

/** A command as ListCommands has it; nothing is known of one that is not there. */
export async function commandOf(ask: Ask, CommandId: string): Promise<Command> {
  // The API has a longer word for what cannot be one.
  if (!idForm.test(CommandId)) return {}
  const { Commands: commands = [] } = await ask((api) => api.ssm('ListCommands', { CommandId }))
  return commands[0] ?? {}
}

/** What to tell of an id that is of no command. */
export function noCommand(id: string, cause?: unknown): CliError {
  const text = `There is no command ${printable(id)}. "fairlead commands" shows the last ones, with their ids.`
  return new CliError(text, cause === undefined ? {} : { cause })
}
