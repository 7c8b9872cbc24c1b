import type { Ask } from '../api/keep-asking.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CommandNews } from './command-news.ts'
import { pollCommand } from './poll-command.ts'

/** Tells how a command goes on until it has ended. */
export function watchCommand(
  ask: Ask,
  commandId: string,
  surroundings: Pick<Surroundings, 'pause'>,
  signal: AbortSignal,
): AsyncGenerator<CommandNews, void, void> {
  return pollCommand(ask, commandId, surroundings, signal)
}
