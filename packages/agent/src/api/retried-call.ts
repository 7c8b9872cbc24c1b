import type { Clock } from '../clock.ts'
import type { KeySource } from '../identity/key-source.ts'
import { ApiError } from './control-plane.ts'

const mostTries = 4
const firstWaitMs = 1_000

/** Makes a call with the node's role, again 1, 2 and 4 seconds later when the network or the server failed it. */
export async function retriedCall<Answer>(
  call: (signer: Awaited<ReturnType<KeySource['signer']>>) => Promise<Answer>,
  keys: KeySource,
  clock: Clock,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await call(await keys.signer())
    } catch (error) {
      if (error instanceof ApiError && isAboutKeys(error)) keys.forget()
      if (tries === mostTries || !mayPass(error)) throw error
      await new Promise<void>((resolve) => clock.after(firstWaitMs * 2 ** (tries - 1), resolve))
    }
  }
}

function isAboutKeys({ code }: ApiError): boolean {
  return /^(?:ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId)$/.test(code)
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true
  return error.status >= 500 || isAboutKeys(error) || /throttl|TooManyRequests|RequestLimitExceeded/i.test(error.code)
}
