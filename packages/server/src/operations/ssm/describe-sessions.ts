import type {
  Session as DescribedSession,
  DescribeSessionsRequest,
  DescribeSessionsResponse,
} from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import type { Session } from '../../domain/session.ts'
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

  async handle({ State, Filters, MaxResults: limit = defaultMaxResults, NextToken }, { store, now }) {
    const filter = sessionFilter(Filters)
    const listing = `${this.name}/${State}`
    const after = placeOf(listing, NextToken)
    if (!filter) return { Sessions: [] }
    const range = State === 'Active' ? 'active' : { endedSince: new Date(now().getTime() - historyMs) }
    const { items, next } = await store.sessions.listSessions(range, filter, { limit, after })
    return { Sessions: items.map(describe), NextToken: pageToken(listing, next) }
  },
}

function describe(session: Session): DescribedSession {
  const { maxDurationMs } = session
  return {
    SessionId: session.sessionId,
    Target: session.nodeId,
    Status: session.state,
    StartDate: session.startedAt,
    EndDate: session.endedAt,
    DocumentName: session.documentName,
    Owner: session.ownerArn,
    Reason: session.reason,
    Details: session.details,
    MaxSessionDuration: maxDurationMs === undefined ? undefined : String(maxDurationMs / 60_000),
    AccessType: 'Standard',
  }
}
