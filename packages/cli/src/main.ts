import { CommanderError } from 'commander'
import { explain, UsageError } from './cli-error.ts'
import { endWithReader } from './end-with-reader.ts'
import { program } from './program.ts'
import { processSurroundings } from './surroundings.ts'

/**
 * Every word of `fairlead` but `server` and `agent`. Returns the exit status: 0 when all went well,
 * 1 when it did not, 2 when the command line was not understood, 128 + n when signal n ended it.
 */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) endWithReader(stream)
  const surroundings = processSurroundings(environment)
  let status = 0
  try {
    await program(surroundings, (code) => {
      status = code
    }).parseAsync(args.length === 0 ? ['help'] : [...args], { from: 'user' })
    return status
  } catch (error) {
    // Commander has told its reason already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    surroundings.stderr.write(`fairlead: ${explain(error)}\n${await hintOf(error)}`)
    return error instanceof UsageError ? 2 : 1
  }
}

/** Loaded for failures alone. */
async function hintOf(error: unknown): Promise<string> {
  const { apiHint } = await import('./api/api-hint.ts')
  return apiHint(error)
}
