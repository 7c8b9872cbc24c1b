import { sessionArn } from '../../domain/arn.ts'
import type { Session } from '../../domain/session.ts'
import { sessionAlias } from '../../domain/session-id.ts'
import type { Context } from '../operation.ts'

/** What policies may ask of a session. */
type SessionNames = Pick<Session, 'sessionId' | 'ownerUserId' | 'tags'>

/**
 * The session of this id, when the caller may do this to it. It goes by two names, the second one made of
 * its owner's aws:userid: either may allow, either may deny (design D3). Whose it is, is in the store, so
 * this is asked here and not before; who may not touch a session is not told whether there is one.
 */
export async function allowedSession(sessionId: string, context: Context): Promise<Session | undefined> {
  return await allowedBySession(sessionId, await context.store.sessions.findSession(sessionId), context)
}

/** The same of something else that goes by the names of a session, its recording. */
export async function allowedBySession<Subject extends SessionNames>(
  sessionId: string,
  session: Subject | undefined,
  context: Context,
): Promise<Subject | undefined> {
  const { scope } = context
  const resource = sessionArn(scope, sessionId)
  if (!session) {
    await context.require([{ resource }])
    return undefined
  }
  const { tags } = session
  const alias = { resource: sessionArn(scope, sessionAlias(session)), tags }
  await context.require([{ resource, tags, alternatives: [alias] }])
  return session
}
