import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'
import { CliError } from '../cli-error.ts'

/** The text of a recording, an asciicast v2 file, page by page; lines are whole. Throws CliError that says what to do. */
export async function* recordingPages(
  client: () => Promise<ApiClient>,
  SessionId: string,
): AsyncGenerator<string, void, void> {
  let NextToken: string | undefined
  do {
    // Credentials may expire while it is played.
    const answer = await ask(async () => (await client()).fairlead('GetRecording', { SessionId, NextToken }), SessionId)
    yield Buffer.from(answer.Content ?? []).toString()
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
}

async function ask<Answer>(call: () => Promise<Answer>, sessionId: string): Promise<Answer> {
  try {
    return await call()
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause
    switch (cause.code) {
      case 'DoesNotExistException':
        throw new CliError(
          `There is no recording of ${sessionId}. "fairlead recordings ls" shows those that there are: of shells and commands of the past 30 days, while the server runs with --recordings on.`,
        )
      case 'AccessDeniedException':
        throw new CliError(
          `You may not watch ${sessionId}. Ask for a policy that allows fairlead:GetRecording on it: of your own sessions that is session/\${aws:username}-*.`,
          { cause },
        )
      default:
        throw cause
    }
  }
}
