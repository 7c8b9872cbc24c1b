import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'

/** The session in the path joins the members of the body at the gateway. */
type Input = InputOf<'ssmmessages', 'CreateDataChannel'> & { readonly ChannelId: string }
type Output = OutputOf<'ssmmessages', 'CreateDataChannel'>

/**
 * CreateDataChannel: a token for the node's side of a session (agent reference, 8.2). A session that has ended still gets
 * one: on its channel the agent is told so, and ends what it holds, which a refusal would not bring about.
 */
export const createDataChannel: Operation<Input, Output> = {
  service: 'ssmmessages',
  name: 'CreateDataChannel',
  action: 'ssmmessages:CreateDataChannel',

  resources: () => [{ resource: '*' }],

  async handle({ ChannelId: sessionId }, { caller, store, sessionLinks }) {
    const session = await store.sessions.findSession(sessionId)
    // The words at the end make Amazon's agent stop trying.
    if (session === undefined) {
      throw new ServiceError('AccessDeniedException', `There is no session ${sessionId}. Session is already terminated`)
    }
    requireOwnNode(caller, session.nodeId, this.action)
    return { MessageSchemaVersion: '1.0', TokenValue: sessionLinks.issueNodeToken(sessionId) }
  },
}
