import type { Protocol, ServiceId } from './service-models.ts'
import { serviceModel } from './service-models.ts'

/** How an error goes out: its HTTP status, and whether the caller is told that it is the caller's. */
export interface ErrorStatus {
  readonly status: number
  readonly senderFault: boolean
}

const restStatuses: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InternalFailure: 500,
  InternalServerError: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  RequestEntityTooLargeException: 413,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
}

// Errors that any operation may answer and that no model lists. Statuses as AWS sends them: JSON 1.1
// answers 400 for all that is the caller's fault, also for a refusal.
const generic: Readonly<Record<Protocol, Readonly<Record<string, number>>>> = {
  json: {
    InternalFailure: 500,
    InternalServerError: 500,
    RequestEntityTooLargeException: 413,
    ServiceUnavailable: 503,
    ServiceUnavailableException: 503,
  },
  query: {
    AccessDenied: 403,
    ExpiredToken: 403,
    InternalFailure: 500,
    InvalidClientTokenId: 403,
    MalformedQueryString: 404,
    MissingAuthenticationToken: 403,
    OptInRequired: 403,
    RequestEntityTooLarge: 413,
    ServiceFailure: 500,
    ServiceUnavailable: 503,
    SignatureDoesNotMatch: 403,
  },
  // Services of this kind answer refusals with 403, as the web has it.
  'rest-json': restStatuses,
  'rest-channel': restStatuses,
}
/** The status of an error code: the model's, else the protocol's, else 400 by the caller's fault. */
export function errorStatus(service: ServiceId, code: string): ErrorStatus {
  const model = serviceModel(service)
  const listed = Object.hasOwn(model.errors, code) ? model.errors[code] : undefined
  if (listed) return listed
  const table = generic[model.metadata.protocol]
  const status = (Object.hasOwn(table, code) ? table[code] : undefined) ?? 400
  return { status, senderFault: status < 500 }
}
