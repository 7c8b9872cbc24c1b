import type { SessionWorld, StartedSession } from './session-world.ts'

/** So long the server may take to answer somebody who wants to leave. */
const leaveWithinMs = 2_000

const statusOfSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

export interface BeginParts {
  readonly world: Pick<SessionWorld, 'onSignal' | 'terminate'>
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** StartSession, which may be called off: then nobody knows whether there is a session. */
  start(signal: AbortSignal): Promise<StartedSession>
}

/**
 * Starts a session, for whom `runSession` is then to listen to signals. One that comes before that ends the session as soon
 * as it is known, so that none goes on with nobody there; a second one ends this process as it does any other. Answers the
 * exit status then.
 */
export async function beginSession({ world, pause, start }: BeginParts): Promise<StartedSession | number> {
  const callingOff = new AbortController()
  let status: number | undefined
  const leave = (by: number) => {
    status = by
    stopListening()
    pause(leaveWithinMs, callingOff.signal).then(
      () => callingOff.abort(),
      () => undefined, // it was answered
    )
  }
  const listening = Object.entries(statusOfSignals).map(([signal, by]) =>
    world.onSignal(signal as NodeJS.Signals, () => leave(by)),
  )
  const stopListening = () => {
    for (const stop of listening) stop()
  }
  try {
    const started = await start(callingOff.signal)
    if (status === undefined) return started
    await world.terminate(started.sessionId).catch(() => undefined)
  } catch (error) {
    if (status === undefined) throw error
  } finally {
    callingOff.abort()
    stopListening()
  }
  return status
}
