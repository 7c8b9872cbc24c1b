import type { StartSessionRequest, StartSessionResponse } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { Session } from '../../domain/session.ts'
import { sessionAgentContent } from '../../domain/session-agent-content.ts'
import type { SessionInputs } from '../../domain/session-document.ts'
import { newSessionId, sessionOwnerName, sessionTags } from '../../domain/session-id.ts'
import { logTargetsOf, toldInputs } from '../../domain/session-log.ts'
import { type ResolvedSession, resolveSession } from '../../domain/session-plan.ts'
import { effectiveInputs, limitsOf, runAsUserOf } from '../../domain/session-preferences.ts'
import type { Context, Operation } from '../operation.ts'
import { requireSessionTier } from './activation-tier.ts'
import { requireConnected } from './node-connection.ts'
import { rehearseSession } from './rehearse-session.ts'
import { runAsTag } from './run-as-tag.ts'
import { sessionChecks } from './session-document-access.ts'
import { findPreferences, findSessionDocument, type UsedDocument } from './session-documents.ts'
import { requireSessionKey } from './session-key.ts'
import { requireSessionLog } from './session-log.ts'

/** The content is quoted once more on its way, in a message of at most 142,000 bytes (agent reference, 4). */
const longestQuoted = 130_000

/**
 * StartSession: begin a session on a node.
 *
 * Replies once the session is stored. The node is told afterwards; what it and the client have to say
 * meets on the session's data channel, whoever comes first.
 */
export const startSession: Operation<StartSessionRequest, StartSessionResponse> = {
  service: 'ssm',
  name: 'StartSession',
  action: 'ssm:StartSession',

  resources: (input, scope) => sessionChecks(input, scope),

  async handle(input, context) {
    const session = await prepare(input, context)
    await context.store.sessions.addSession(session)

    const { sessionId } = session
    const { sessionLinks } = context
    return {
      SessionId: sessionId,
      TokenValue: sessionLinks.issueClientToken(sessionId),
      StreamUrl: sessionLinks.streamUrl(sessionId),
    }
  },

  async rehearse(input, context) {
    const checks = this.resources(input, context.scope, context.caller)
    return await rehearseSession(input, checks, () => prepare(input, context), context)
  },
}

/** All that can be refused, before anything is stored. */
async function prepare(input: StartSessionRequest, context: Context): Promise<Session> {
  const { Target: nodeId, DocumentName, Parameters = {} } = input
  await requireSessionTier(nodeId, context)
  const document = await findSessionDocument(DocumentName, context)
  const resolved = resolveSession(document, Parameters)
  const preferences = resolved.inputs ? document : await findPreferences(context)
  const inputs = effectiveInputs(resolved, resolved.inputs ?? regional(preferences))
  const session = await newSession(input, document, resolved, { documentName: preferences.name, inputs }, context)
  await requireConnected(nodeId, context)
  const { logTargets } = session
  const isEncrypted = inputs.kmsKeyId !== ''
  requireSessionLog({ nodeId, logTargets, documentName: preferences.name, isEncrypted }, context)
  return session
}

async function newSession(
  { Target: nodeId, Reason: reason }: StartSessionRequest,
  document: UsedDocument,
  resolved: ResolvedSession,
  /** With the name of the document that they are of. */
  preferences: { readonly documentName: string; readonly inputs: SessionInputs },
  context: Context,
): Promise<Session> {
  const { caller, store, now, randomHex } = context
  const { inputs } = preferences
  const { sessionType } = resolved
  await requireSessionKey(inputs.kmsKeyId, sessionType, preferences.documentName, context)
  const runAsUser = runAsUserOf(inputs, await runAsTag(caller, store), preferences.documentName)

  const ownerName = sessionOwnerName(caller)
  const sessionId = newSessionId(ownerName, randomHex)
  const { arn: ownerArn, userId: ownerUserId } = caller
  const { name: documentName, version: documentVersion } = document
  const told = { sessionId, documentName, ownerArn, runAsUser, resolved, inputs: toldInputs(inputs, sessionType) }
  return {
    sessionId,
    nodeId,
    ownerArn,
    ownerUserId,
    ownerName,
    documentName,
    documentVersion,
    sessionType,
    reason,
    state: 'Connecting',
    startedAt: now(),
    ...limitsOf(inputs),
    logTargets: logTargetsOf(inputs, sessionType),
    tags: sessionTags(nodeId, ownerUserId),
    version: 0,
    agentContent: fitting(sessionAgentContent(told), documentName),
  }
}

/** Preferences take no parameters but those that have defaults. */
function regional(preferences: UsedDocument) {
  const { inputs } = resolveSession(preferences, {})
  if (inputs) return inputs
  throw new ServiceError('InvalidDocument', `Document ${preferences.name} holds no preferences: it has no inputs.`)
}

function fitting(content: string, documentName: string): string {
  if (Buffer.byteLength(JSON.stringify(content)) <= longestQuoted) return content
  throw new ServiceError(
    'ValidationException',
    `Document ${documentName} is too long for a node with these parameters.`,
  )
}
