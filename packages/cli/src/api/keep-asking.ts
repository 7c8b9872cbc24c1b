import type { Surroundings } from '../surroundings.ts'
import type { ApiClient } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { NoAnswer } from './no-answer.ts'

/** Asks the server something that may be asked again. */
export type Ask = <Answer>(call: (api: ApiClient) => Promise<Answer>) => Promise<Answer>

const [firstPauseMs, longestPauseMs] = [100, 2_000]
const patienceMs = 120_000
const silenceMs = 1_000

/**
 * Asks until there is an answer: through a server that starts again, throttling, and credentials that expire. Not for what may
 * be done once only. Gives up after two minutes, with the last error. `say` is told when a person begins to wonder, and `absent`
 * whenever the server does not answer.
 */
export function keepAsking(
  client: () => Promise<ApiClient>,
  { elapsed, pause }: Pick<Surroundings, 'elapsed' | 'pause'>,
  signal: AbortSignal,
  say: (text: string) => void,
  absent: () => void = () => undefined,
): Ask {
  let current: Promise<ApiClient> | undefined
  return async (call) => {
    const from = elapsed()
    let hasSaid = false
    let isRenewed = false
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      current ??= client()
      try {
        return await call(await current)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof NoAnswer) absent()
        if (!mayPass(error) || elapsed() - from > patienceMs) throw error
        if (hasExpired(error)) {
          // Made anew they would be good, if whoever makes them could.
          if (isRenewed) throw error
          isRenewed = true
          current = undefined
          continue
        }
        if (!hasSaid && elapsed() - from > silenceMs && error instanceof Error) {
          hasSaid = true
          say(`${error.message} Asking again …`)
        }
      }
      await pause(pauseMs, signal)
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswer) return true
  return error instanceof ApiError && (error.status >= 500 || /Throttling/.test(error.code) || hasExpired(error))
}

function hasExpired(error: unknown): boolean {
  return error instanceof ApiError && /^ExpiredToken/.test(error.code)
}
