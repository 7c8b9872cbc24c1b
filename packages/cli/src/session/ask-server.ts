import { type Ask, keepAsking } from '../api/keep-asking.ts'
import type { Surroundings } from '../surroundings.ts'
import { sessionServer } from './session-target.ts'

/** Asks the server of `sessionServer`, and tells a person when it lets them wait. Throws CliError. */
export function askServer(
  dataDir: string | undefined,
  surroundings: Surroundings,
  signal = new AbortController().signal,
  say: (text: string) => void = (text) => surroundings.stderr.write(`${text}\n`),
): Ask {
  const { client } = sessionServer(dataDir, surroundings)
  return keepAsking(client, surroundings, signal, say)
}
