import type {
  Session as DescribedSession,
  DescribeSessionsRequest,
  DescribeSessionsResponse,
} from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import { isEnded, type Session } from '../../domain/session.ts'
import { logUrls } from '../../domain/session-log.ts'
import type { Operation } from '../operation.ts'
import { pageToken, placeOf } from './page-token.ts'
import { sessionFilter } from './session-filter.ts'

const defaultMaxResults = 50
/** DescribeSessions reference: "terminated sessions in the past 30 days". */
const historyMs = 30 * 24 * 60 * 60_000

/** DescribeSessions: those that go on, or those that have ended in the past 30 days; newest first. */
export const describeSessions: Operation<DescribeSessionsRequest, DescribeSessionsResponse> = {
  service: 'ssm',
  name: 'DescribeSessions',
  action: 'ssm:DescribeSessions',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle({ State, Filters, MaxResults: limit = defaultMaxResults, NextToken }, { store, scope, now }) {
    const filter = sessionFilter(Filters)
    const listing = `${this.name}/${State}`
    const after = placeOf(listing, NextToken)
    if (!filter) return { Sessions: [] }
    const range = State === 'Active' ? 'active' : { endedSince: new Date(now().getTime() - historyMs) }
    const { items, next } = await store.sessions.listSessions(range, filter, { limit, after })
    return { Sessions: items.map((session) => describe(session, scope.region)), NextToken: pageToken(listing, next) }
  },
}

function describe(session: Session, region: string): DescribedSession {
  const { maxDurationMs, logTargets, sessionId } = session
  return {
    SessionId: sessionId,
    Target: session.nodeId,
    Status: session.state,
    StartDate: session.startedAt,
    EndDate: session.endedAt,
    DocumentName: session.documentName,
    Owner: session.ownerArn,
    Reason: session.reason,
    Details: session.details,
    // As on AWS from the end on, when the log is whole.
    OutputUrl: logTargets && isEnded(session) ? logUrls(logTargets, sessionId, region) : undefined,
    MaxSessionDuration: maxDurationMs === undefined ? undefined : String(maxDurationMs / 60_000),
    AccessType: 'Standard',
  }
}
