import type { Clock } from '../clock.ts'
import type { KeySource } from '../identity/key-source.ts'
import { ApiError } from './control-plane.ts'

const mostTries = 4
const firstWaitMs = 1_000

/**
 * Makes a call with the node's role, again 1, 2 and 4 seconds later when the network or the server failed it. Rejects with the
 * reason of `stopped` once that is given; the call that is under way has to see it as well.
 */
export async function retriedCall<Answer>(
  call: (signer: Awaited<ReturnType<KeySource['signer']>>) => Promise<Answer>,
  keys: KeySource,
  clock: Clock,
  stopped?: AbortSignal,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    stopped?.throwIfAborted()
    try {
      return await call(await keys.signer())
    } catch (error) {
      stopped?.throwIfAborted()
      if (error instanceof ApiError && isAboutKeys(error)) keys.forget()
      if (tries === mostTries || !mayPass(error)) throw error
      await waited(firstWaitMs * 2 ** (tries - 1), clock, stopped)
    }
  }
}

/** Resolves after a while, or as soon as it is stopped. */
function waited(waitMs: number, clock: Clock, stopped: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      stopped?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(waitMs, end)
    stopped?.addEventListener('abort', end, { once: true })
  })
}

function isAboutKeys({ code }: ApiError): boolean {
  return /^(?:ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId)$/.test(code)
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true
  return error.status >= 500 || isAboutKeys(error) || /throttl|TooManyRequests|RequestLimitExceeded/i.test(error.code)
}
