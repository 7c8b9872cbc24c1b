import type { StartSessionRequest } from '@fairlead/wire/model/generated/ssm'
import type { Session } from '../../domain/session.ts'
import { preferencesName } from '../../domain/session-document.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { prepared, type Rehearsal, type RehearsedDenial, rehearsedDenial } from '../rehearsal.ts'

/** What would become of a session. */
export interface SessionRehearsal extends Rehearsal {
  readonly Target: string
  readonly DocumentName: string
  /** Why not, by resource: the node, the document. */
  readonly Denials?: readonly (RehearsedDenial & { readonly Resource: string })[]
  /** What it would be like, when it would start. */
  readonly Session?: { readonly SessionType: string; readonly OwnerName: string; readonly DocumentVersion: string }
}

/** Everything of StartSession but its effect. */
export async function rehearseSession(
  { Target, DocumentName = preferencesName }: StartSessionRequest,
  checks: readonly AccessCheck[],
  prepare: () => Promise<Session>,
  context: Context,
): Promise<SessionRehearsal> {
  const decisions = await context.decide(checks)
  const outcome = await prepared(checks, decisions, prepare, context)
  const denials = decisions.flatMap((decision, index) => {
    const denial = rehearsedDenial(decision)
    return denial ? [{ Resource: checks[index]?.resource ?? '*', ...denial }] : []
  })
  const session = 'value' in outcome ? outcome.value : undefined
  return {
    Operation: 'StartSession',
    WouldSucceed: session !== undefined,
    ...('refusal' in outcome ? { Refusal: { Code: outcome.refusal.code, Message: outcome.refusal.message } } : {}),
    Target,
    DocumentName,
    ...(denials.length === 0 ? {} : { Denials: denials }),
    ...(session && {
      Session: {
        SessionType: session.sessionType,
        OwnerName: session.ownerName,
        DocumentVersion: session.documentVersion,
      },
    }),
  }
}
