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
  const notice = new Notice(line)
  let next: StartedSession | undefined = session
  let hasBeenOpen = false
  let lostAt = world.elapsed()
  let delayMs = firstDelayMs
  for (;;) {
    try {
      next ??= await resumed(session, world, signal)
      if (next === undefined) {
        notice.cancel()
        return { kind: 'timedOut' }
      }
      const { token, streamUrl } = next
      const greeting = encodeClientOpening({ requestId: world.newId(), token, clientId, clientVersion })
      next = undefined
      const channel = await openWebChannel({
        url: streamUrl,
        certificateAuthority: world.certificateAuthority,
        agent: world.proxyFor(streamUrl),
        greeting,
        signal,
        pingEveryMs: world.pingEveryMs,
        onFrame: (bytes) => line.receive(bytes),
      })
      hasBeenOpen = true
      notice.connected()
      line.attach(channel)
      const openedAt = world.elapsed()
      const reason = await closedOrStopped(channel, signal)
      line.detach()
      if (world.elapsed() - openedAt >= goodMs) {
        lostAt = world.elapsed()
        delayMs = firstDelayMs
      }
      if (!signal.aborted) notice.lost('The connection is lost', reason, tellAfterMs)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const isHopeless = world.elapsed() - lostAt >= patienceFor(error, hasBeenOpen)
      if (!signal.aborted && !isHopeless && !hasBeenOpen) notice.lost('No connection', reason, 0)
      if (!signal.aborted && isHopeless) {
        notice.cancel()
        return { kind: 'failed', reason: isUntrusted(error) ? `${reason}. ${howToTrust}` : reason }
      }
    }
    // Rejects when it is to stop.
    await pause(delayMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) {
      notice.cancel()
      return { kind: 'stopped' }
    }
    delayMs = Math.min(delayMs * 2, mostDelayMs)
  }
}

/** Tells of losses that last, once each, and then of their end. */
class Notice {
  readonly #line: Line
  #timer: NodeJS.Timeout | undefined
  #isTold = false

  constructor(line: Line) {
    this.#line = line
  }

  lost(what: string, reason: string, afterMs: number): void {
    if (this.#isTold || this.#timer !== undefined) return
    const tell = () => {
      this.#isTold = true
      this.#line.tell(`${what}: ${reason.replace(/\.$/, '')}. Trying again; Ctrl-C gives up.`)
    }
    if (afterMs === 0) tell()
    else this.#timer = setTimeout(tell, afterMs)
  }

  connected(): void {
    this.cancel()
    if (this.#isTold) this.#line.tell('The connection is back.')
    this.#isTold = false
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

async function resumed(
  session: StartedSession,
  world: SessionWorld,
  signal: AbortSignal,
): Promise<StartedSession | undefined> {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Error('it was given up'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const answer = await Promise.race([world.resume(session.sessionId), stopped])
    return answer === undefined ? undefined : { ...answer, streamUrl: answer.streamUrl || session.streamUrl }
  } finally {
    signal.removeEventListener('abort', stop)
  }
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

// What no waiting will mend: a chain that is not trusted, a name of another host.
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/
const howToTrust = 'AWS_CA_BUNDLE names the file with the authorities to believe.'

function isUntrusted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && untrusted.test(String(error.code))
}

function patienceFor(error: unknown, hasBeenOpen: boolean): number {
  if (error instanceof SyntaxError) return 0
  if (error instanceof ApiError) {
    if (error.code === 'DoesNotExistException') return 0
    if (error.status < 500 && !/throttl/i.test(error.code)) return refusedPatienceMs
  }
  if (!hasBeenOpen && isUntrusted(error)) return 0
  return hasBeenOpen ? patienceMs : openingPatienceMs
}
