import { encodeSessionContent } from '@fairlead/wire/session-content'
import type { SessionInputs } from './session-document.ts'
import type { ResolvedSession } from './session-plan.ts'

/**
 * What the node is told: JSON of the Content of an interactive_shell message. The parameters are in
 * already, so none are declared and none are sent: an agent would put them in once more.
 */
export function sessionAgentContent(session: {
  readonly sessionId: string
  readonly documentName: string
  readonly ownerArn: string
  readonly runAsUser: string
  readonly resolved: ResolvedSession
  readonly inputs: SessionInputs
}): string {
  const { sessionId, documentName, ownerArn, runAsUser, resolved, inputs } = session
  const { description, sessionType, properties } = resolved
  // These two are the server's to keep.
  const { idleSessionTimeout: _idle, maxSessionDuration: _longest, ...told } = inputs
  return encodeSessionContent({
    documentName,
    sessionId,
    runAsUser,
    ownerArn,
    parameters: {},
    documentContent: { schemaVersion: '1.0', description, sessionType, parameters: {}, properties, inputs: told },
  })
}
