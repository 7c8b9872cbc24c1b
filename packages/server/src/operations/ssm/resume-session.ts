import type { ResumeSessionRequest, ResumeSessionResponse } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { isEnded } from '../../domain/session.ts'
import type { Operation } from '../operation.ts'
import { allowedSession } from './session-access.ts'

/**
 * ResumeSession: a new token for a client that lost its data channel. A session that has ended is answered
 * without one: clients then say that it timed out and go, while an error makes them try again and freeze
 * (session reference, 8.2).
 */
export const resumeSession: Operation<ResumeSessionRequest, ResumeSessionResponse> = {
  service: 'ssm',
  name: 'ResumeSession',
  action: 'ssm:ResumeSession',

  resources: () => [],

  async handle({ SessionId: sessionId }, context) {
    const session = await allowedSession(sessionId, context)
    if (!session) throw new ServiceError('DoesNotExistException', `Session ${sessionId} does not exist.`)
    if (isEnded(session)) return { SessionId: sessionId }
    const { sessionLinks } = context
    return {
      SessionId: sessionId,
      TokenValue: sessionLinks.issueClientToken(sessionId),
      StreamUrl: sessionLinks.streamUrl(sessionId),
    }
  },
}
