import type { AuditRecord } from '../domain/audit-record.ts'
import type { Caller } from '../domain/caller.ts'
import type { Audit } from '../events/audit.ts'
import { label, type Metrics } from '../events/metrics.ts'
import { recordDecisions } from './decision-record.ts'
import type { Exchange } from './exchange.ts'
import type { Seen } from './gateway.ts'

const longestToken = 64

/** The last step of every request: one line of audit, one count, one duration. */
export class AuditTrail {
  readonly #audit: Pick<Audit, 'write'>
  readonly #metrics: Metrics
  readonly #ticks: () => number

  constructor(audit: Pick<Audit, 'write'>, metrics: Metrics, ticks: () => number) {
    this.#audit = audit
    this.#metrics = metrics
    this.#ticks = ticks
  }

  record(exchange: Omit<Exchange, 'response' | 'signal'>, seen: Seen): void {
    const { request, requestId, receivedAt, receivedTicks, sourceIp } = exchange
    const { codec, operation, operationCodec, caller, shown, input, error, decided, isRehearsal } = seen
    const eventName = operation?.name ?? 'Unknown'
    this.#audit.write({
      eventTime: receivedAt.toISOString(),
      requestId,
      eventSource: `${codec?.service ?? 'unknown'}.amazonaws.com`,
      eventName,
      userIdentity: identityOf(shown ?? caller),
      sourceIpAddress: sourceIp,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 256),
      ...(input === undefined || operationCodec === undefined
        ? {}
        : { requestParameters: withShortToken(operationCodec.redact(input)) }),
      ...(error === undefined ? {} : { errorCode: error.code, errorMessage: error.message.slice(0, 1024) }),
      ...(decided === undefined ? {} : recordDecisions(decided)),
      ...(isRehearsal === true ? { dryRun: true as const } : {}),
    })
    this.#metrics.add(
      'fairlead_requests_total',
      'API requests by operation and outcome',
      1,
      `${label('operation', eventName)},${label('code', error?.code ?? 'OK')}`,
    )
    this.#metrics.observeSeconds(
      'fairlead_request_duration_seconds',
      'Time from the head of a request to its answer',
      (this.#ticks() - receivedTicks) / 1000,
    )
  }
}

/** Where a listing goes on tells nothing, and in a watch of 10,000 nodes it is 1.7 kB of every poll. */
function withShortToken(parameters: unknown): unknown {
  if (typeof parameters !== 'object' || parameters === null || !('NextToken' in parameters)) return parameters
  const { NextToken: token } = parameters
  if (typeof token !== 'string' || token.length <= longestToken) return parameters
  return { ...parameters, NextToken: `${token.slice(0, longestToken)}…` }
}

function identityOf(caller: Caller | undefined): AuditRecord['userIdentity'] {
  if (caller === undefined) return { type: 'Unknown', arn: '', userId: '' }
  const { arn, userId, kind } = caller
  const type = {
    root: 'Root',
    user: 'IAMUser',
    'federated-user': 'FederatedUser',
    'web-identity': 'WebIdentityUser',
    'role-session': 'AssumedRole',
    'node-key': 'ManagedNode',
    anonymous: 'Anonymous',
  }[kind]
  if (caller.kind === 'web-identity') {
    return { type, arn, userId, userName: caller.subject, identityProvider: caller.provider }
  }
  if (!('accessKeyId' in caller)) return { type, arn, userId }
  const { sourceIdentity, federatedProvider } = (caller.kind === 'role-session' && caller.marks) || {}
  return {
    type,
    arn,
    userId,
    accessKeyId: caller.accessKeyId,
    ...(federatedProvider === undefined ? {} : { identityProvider: federatedProvider }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  }
}
