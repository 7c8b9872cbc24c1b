import type { SessionFilter as RequestedFilter, SessionFilterKey } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { SessionState } from '../../domain/session.ts'
import type { SessionFilter } from '../../store/session-store.ts'

const states: readonly SessionState[] = [
  'Connected',
  'Connecting',
  'Disconnected',
  'Terminated',
  'Terminating',
  'Failed',
]

/**
 * The filters of DescribeSessions as one filter of the store; undefined when no session can pass.
 *
 * @throws {ServiceError} InvalidFilterKey for a key given twice, ValidationException for a value of no use
 */
export function sessionFilter(filters: readonly RequestedFilter[] = []): SessionFilter | undefined {
  const given = new Map<SessionFilterKey, string>()
  for (const { key, value } of filters) {
    if (given.has(key)) throw new ServiceError('InvalidFilterKey', `The filter ${key} is given twice.`)
    given.set(key, value)
  }
  // There is no just-in-time access here: all sessions are of one type.
  const accessType = given.get('AccessType')
  if (accessType !== undefined && accessType !== 'Standard') return undefined
  return {
    sessionId: given.get('SessionId'),
    nodeId: given.get('Target'),
    ownerArn: given.get('Owner'),
    state: stateOf(given.get('Status')),
    startedAfter: timeOf('InvokedAfter', given.get('InvokedAfter')),
    startedBefore: timeOf('InvokedBefore', given.get('InvokedBefore')),
  }
}

function stateOf(value: string | undefined): SessionState | undefined {
  const found = states.find((state) => state === value)
  if (found || value === undefined) return found
  throw new ServiceError('ValidationException', `${value} is not a status: use ${states.join(', ')}.`)
}

function timeOf(key: string, value: string | undefined): Date | undefined {
  if (value === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(value) ? new Date(value) : new Date(Number.NaN)
  if (!Number.isNaN(at.getTime())) return at
  throw new ServiceError('ValidationException', `The value of ${key} is not an ISO 8601 time.`)
}
