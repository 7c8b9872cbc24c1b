import type { TerminateSessionRequest, TerminateSessionResponse } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { advanceSession, type Session } from '../../domain/session.ts'
import type { Context, Operation } from '../operation.ts'
import { allowedSession } from './session-access.ts'

/** TerminateSession: ends a session for good. One that has ended, or is about to, is a success without effect. */
export const terminateSession: Operation<TerminateSessionRequest, TerminateSessionResponse> = {
  service: 'ssm',
  name: 'TerminateSession',
  action: 'ssm:TerminateSession',

  resources: () => [],

  async handle({ SessionId: sessionId }, context) {
    const session = await allowedSession(sessionId, context)
    if (!session) throw new ServiceError('ValidationException', `Session ${sessionId} does not exist.`)
    await terminate(session, context)
    return { SessionId: sessionId }
  },
}

/** Tries again when the session moves meanwhile: towards its end it can do so a few times only. */
async function terminate(found: Session, { store, caller, now }: Context): Promise<void> {
  let session: Session | undefined = found
  while (session) {
    const next = advanceSession(session, 'Terminating', now(), `Terminated by ${caller.arn}`)
    if (next === session || (await store.sessions.saveSession(session, next))) return
    session = await store.sessions.findSession(found.sessionId)
  }
}
