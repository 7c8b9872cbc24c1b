import { setTimeout as pause } from 'node:timers/promises'
import { encodeClientOpening } from '@fairlead/wire/session-message'
import { ApiError } from '../api/api-error.ts'
import { clientVersion } from './client-version.ts'
import type { SessionWorld, StartedSession } from './session-world.ts'
import { openWebChannel, type WebChannel } from './web-channel.ts'

/** The end of a data channel that connections come and go from. */
export interface Line {
  attach(channel: WebChannel): void
  detach(): void
  receive(bytes: Uint8Array): void
  /** To a person: the connection is lost for a while already, or back again. */
  tell(text: string): void
}

/** Why there will be no more connections. */
export type Parting = { readonly kind: 'stopped' | 'timedOut' } | { readonly kind: 'failed'; readonly reason: string }

const openingPatienceMs = 30_000
// As long as sessions without input last by default.
const patienceMs = 20 * 60_000
const refusedPatienceMs = 60_000
const tellAfterMs = 1_000
const [firstDelayMs, mostDelayMs] = [100, 5_000]
/** A connection that lasted as long was a good one. */
const goodMs = 2_000

/** Keeps a session connected, through one data channel after the other, until `signal` or as long as there is hope. */
export async function keepConnected(
  session: StartedSession,
  world: SessionWorld,
  line: Line,
  signal: AbortSignal,
): Promise<Parting> {
  const clientId = world.newId()
  let next: StartedSession | undefined = session
  let hasBeenOpen = false
  let lostAt = world.elapsed()
  let delayMs = firstDelayMs
  let reason = ''
  let isTold = false
  for (;;) {
    try {
      next ??= await resumed(session, world)
      if (next === undefined) return { kind: 'timedOut' }
      const { token, streamUrl } = next
      const greeting = encodeClientOpening({ requestId: world.newId(), token, clientId, clientVersion })
      next = undefined
      const channel = await openWebChannel({
        url: streamUrl,
        certificateAuthority: world.certificateAuthority,
        greeting,
        signal,
        onFrame: (bytes) => line.receive(bytes),
      })
      const openedAt = world.elapsed()
      if (isTold) line.tell('The connection is back.')
      isTold = false
      line.attach(channel)
      reason = await closedOrStopped(channel, signal)
      line.detach()
      hasBeenOpen = true
      const lastedMs = world.elapsed() - openedAt
      if (lastedMs >= goodMs) {
        lostAt = world.elapsed()
        delayMs = firstDelayMs
      }
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
      const patience = patienceFor(error, hasBeenOpen)
      if (!signal.aborted && world.elapsed() - lostAt >= patience) return { kind: 'failed', reason }
    }
    if (signal.aborted) return { kind: 'stopped' }
    if (!isTold && world.elapsed() - lostAt >= (hasBeenOpen ? tellAfterMs : 0) && delayMs > firstDelayMs) {
      isTold = true
      line.tell(
        `${hasBeenOpen ? 'The connection is lost' : 'No connection'}: ${reason}. Trying again; Ctrl-C gives up.`,
      )
    }
    await pause(delayMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return { kind: 'stopped' }
    delayMs = Math.min(delayMs * 2, mostDelayMs)
  }
}

async function resumed(session: StartedSession, world: SessionWorld): Promise<StartedSession | undefined> {
  const answer = await world.resume(session.sessionId)
  return answer === undefined ? undefined : { ...answer, streamUrl: answer.streamUrl || session.streamUrl }
}

async function closedOrStopped(channel: WebChannel, signal: AbortSignal): Promise<string> {
  const close = () => channel.close()
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
  try {
    return await channel.closed
  } finally {
    signal.removeEventListener('abort', close)
  }
}

// What no waiting will mend: a chain that is not trusted, a name of another host, an address that is none.
const hopeless = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_INVALID_URL/

function patienceFor(error: unknown, hasBeenOpen: boolean): number {
  if (error instanceof SyntaxError) return 0
  if (error instanceof ApiError) {
    if (error.code === 'DoesNotExistException') return 0
    if (error.status < 500 && !/throttl/i.test(error.code)) return refusedPatienceMs
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!hasBeenOpen && hopeless.test(code)) return 0
  return hasBeenOpen ? patienceMs : openingPatienceMs
}
