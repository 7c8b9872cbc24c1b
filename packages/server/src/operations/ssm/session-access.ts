import { sessionArn } from '../../domain/arn.ts'
import type { Session } from '../../domain/session.ts'
import { sessionAlias } from '../../domain/session-id.ts'
import type { Context, ContextKeys } from '../operation.ts'

/**
 * The session of this id, when the caller may do this to it. It goes by two names, the second one made of
 * its owner's aws:userid: either may allow, either may deny (design D3). Whose it is, is in the store, so
 * this is asked here and not before; who may not touch a session is not told whether there is one.
 */
export async function allowedSession(sessionId: string, context: Context): Promise<Session | undefined> {
  const { store, scope } = context
  const session = await store.sessions.findSession(sessionId)
  const resource = sessionArn(scope, sessionId)
  if (!session) {
    await context.require([{ resource }])
    return undefined
  }
  const keys = tagKeys(session)
  const alias = { resource: sessionArn(scope, sessionAlias(session)), context: keys }
  await context.require([{ resource, context: keys, alternatives: [alias] }])
  return session
}

function tagKeys({ tags }: Session): ContextKeys {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ]),
  )
}
