import type { OperationCodec, ServiceCodec } from '@fairlead/wire/codec'
import { WireError } from '@fairlead/wire/codec'
import { BlobsUnavailable } from '../blobs/blobs.ts'
import type { Caller } from '../domain/caller.ts'
import { ServiceError } from '../domain/error.ts'
import type { Log } from '../events/log.ts'
import type { AnyOperation } from '../operations/operation.ts'
import { StoreUnavailable } from '../store/database.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { Authenticator } from './authenticate.ts'
import type { Authorizer } from './authorize.ts'
import { BodyCutShort, BodyReader, BodyRefused, BodyTooLarge } from './body.ts'
import type { ContextMaker } from './context-maker.ts'
import type { Decided } from './decision-record.ts'
import type { Exchange } from './exchange.ts'
import type { GuessLimit } from './guess-limit.ts'
import { refuse } from './refusal.ts'
import { asksForRehearsal, rehearsalAnswer, rehearse } from './rehearse.ts'
import { type Answer, errorAnswer, send, successAnswer } from './reply.ts'
import { formOf, type RoutedOperation, routeOperation, routeService } from './route.ts'
import { refuseOfSession } from './session-limits.ts'

/** AWS's JSON services take about a megabyte; nothing that is served needs more. */
const bodyLimit = 1024 * 1024
const allBodiesLimit = 256 * bodyLimit

export interface GatewayParts {
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly audit: AuditTrail
  readonly operations: ReadonlyMap<string, AnyOperation>
  readonly contexts: ContextMaker
  readonly guesses: GuessLimit
  readonly log: Log
}

/**
 * Asks in, answers out. Every request takes these steps, in this order:
 *
 *   accept        the body is read, bounded                    RequestEntityTooLarge…
 *   route         which service, which operation               UnknownOperationException, InvalidAction
 *   authenticate  who signed it                                MissingAuthenticationToken…, InvalidSignature…,
 *                 too many wrong ones from one address         Throttling…
 *   decode        what is asked, checked against the model     SerializationException, ValidationException
 *   authorize     is the caller allowed all that it touches    AccessDeniedException
 *   perform       the operation itself                         the errors of its model
 *   reply         the answer, once                             InternalServerError for what is a bug of ours
 *   audit         one line, whatever happened
 */
export class Gateway {
  readonly #parts: GatewayParts
  readonly #bodies = new BodyReader(bodyLimit, allBodiesLimit)

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  async answer(exchange: Exchange): Promise<void> {
    const { audit, log } = this.#parts
    const seen: Seen = {}
    let answer: Answer
    try {
      answer = await this.#steps(exchange, seen)
    } catch (error) {
      // Whose body was not read is still refused in the words of the service that it signed for.
      seen.codec ??= routeService(exchange.request, new Uint8Array())
      const known = asServiceError(error, seen.codec?.protocol ?? 'json', exchange.signal)
      if (known === undefined) {
        log.error(
          { err: error, requestId: exchange.requestId, operation: seen.operation?.name },
          'a request failed by our fault',
        )
      }
      const told = this.#told(known, exchange, seen)
      seen.error = told
      answer = errorAnswer(seen.codec ?? { service: 'ssm', protocol: 'json' }, told, exchange.requestId)
    }
    send(exchange.response, answer, exchange.requestId)
    audit.record(exchange, seen)
  }

  #told(known: ServiceError | undefined, { sourceIp }: Exchange, seen: Seen): ServiceError {
    if (known === undefined) return new ServiceError(faultCode(seen), 'An error occurred on the server side.')
    const isStranger = seen.caller === undefined || seen.caller.kind === 'anonymous'
    return isStranger ? this.#parts.guesses.answerTo(sourceIp, known, seen.codec?.protocol ?? 'json') : known
  }

  async #steps(exchange: Exchange, seen: Seen): Promise<Answer> {
    const { authenticator, authorizer, guesses, operations, contexts } = this.#parts
    const { request } = exchange

    const body = await this.#bodies.read(request)

    const codec = routeService(request, body)
    if (codec === undefined)
      throw new ServiceError('UnknownOperationException', 'No service of this name is served here.')
    seen.codec = codec
    const routed = routeOperation(codec, request, body)
    const operation = routed && operations.get(`${codec.service}:${routed.name}`)

    const caller = await authenticator.authenticate({
      raw: { method: request.method ?? '', target: request.url ?? '', rawHeaders: request.rawHeaders },
      body,
      codec,
      authentication: operation?.authentication ?? 'signature',
    })
    seen.caller = caller
    if (operation === undefined || routed === undefined) throw unknownOperation(codec, routed?.name)
    seen.operation = operation
    seen.operationCodec = routed.codec

    refuseOfSession(caller, operation, codec.protocol)
    if (operation.takesPassword === true) guesses.countTry(caller, codec.protocol)
    const input = decode(routed, codec.protocol === 'query' ? formOf(request, body) : body)
    seen.input = input

    const facts = contexts.factsOf(exchange)
    const keys = operation.requestContext?.(input as never) ?? {}
    const decided: Decided[] = []
    seen.decided = decided
    const asked = { caller, action: operation.action, facts, keys, protocol: codec.protocol, decided }
    if (asksForRehearsal(request, codec.protocol)) {
      seen.isRehearsal = true
      const rehearsal = await rehearse(operation, input, contexts.contextFor(exchange, caller, asked, seen))
      return rehearsalAnswer(codec, rehearsal)
    }
    await authorizer.require(asked, operation.resources(input as never, facts.scope, caller))

    const output = await operation.handle(input as never, contexts.contextFor(exchange, caller, asked, seen))
    return successAnswer(codec, routed.codec.encode(output, exchange.requestId), routed.codec.status)
  }
}

/** What has come to light about a request so far; the audit tells it, however far the request came. */
export interface Seen {
  codec?: ServiceCodec | undefined
  operation?: AnyOperation
  operationCodec?: OperationCodec
  caller?: Caller
  /** Who an unsigned request has shown to be behind it. */
  shown?: Caller
  input?: unknown
  decided?: Decided[]
  isRehearsal?: boolean
  error?: ServiceError
}

/** Channel operations carry their node in the path; it joins the members of the body. */
function decode({ codec, pathId, places }: RoutedOperation, body: Uint8Array): unknown {
  const input = codec.decode(body, places)
  return pathId === undefined ? input : { ...(input as object), ChannelId: pathId }
}

function unknownOperation(codec: ServiceCodec, name: string | undefined): ServiceError {
  if (codec.protocol === 'query') {
    return new ServiceError('InvalidAction', `The action ${name ?? ''} is not valid for this web service.`)
  }
  return new ServiceError(
    'UnknownOperationException',
    name === undefined ? 'The operation is not known.' : `${name} is not served.`,
  )
}

function asServiceError(
  error: unknown,
  protocol: ServiceCodec['protocol'],
  signal: AbortSignal,
): ServiceError | undefined {
  if (error instanceof ServiceError) return error
  if (error instanceof WireError) return new ServiceError(error.code, error.message, { cause: error })
  if (error instanceof BodyTooLarge) return refuse('too-large', protocol, undefined, { cause: error })
  const isGone = error instanceof BodyCutShort || (signal.aborted && error === signal.reason)
  if (isGone) return refuse('gone', protocol, undefined, { cause: error })
  if (error instanceof BodyRefused) return refuse('busy', protocol, undefined, { cause: error })
  const isFull = error instanceof StoreUnavailable || error instanceof BlobsUnavailable
  if (isFull) return refuse('unavailable', protocol, undefined, { cause: error })
  return undefined
}

function faultCode(seen: Seen): string {
  return seen.codec?.protocol === 'query' ? 'ServiceFailure' : 'InternalServerError'
}
