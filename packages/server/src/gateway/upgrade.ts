import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { codecs, errorStatus } from '@fairlead/wire/codec'
import { nodeIdOf, type RoleSessionCaller } from '../domain/caller.ts'
import type { ChannelAdmission, DataChannelAdmission } from '../domain/channel-admission.ts'
import type { Clock } from '../domain/clock.ts'
import { ServiceError } from '../domain/error.ts'
import type { Scope } from '../domain/scope.ts'
import type { Log } from '../events/log.ts'
import type { AccessCheck, AnyOperation } from '../operations/operation.ts'
import { StoreUnavailable } from '../store/database.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { Authenticator } from './authenticate.ts'
import { type AuthorizationRequest, type Authorizer, denied } from './authorize.ts'
import { userAgentOf } from './context-maker.ts'
import type { Decided } from './decision-record.ts'
import { addressOf } from './front-door.ts'
import type { Seen } from './gateway.ts'
import type { GuessLimit } from './guess-limit.ts'
import { http } from './node-http.ts'
import { refuse } from './refusal.ts'
import { pathOf } from './route.ts'

export interface UpgradeParts {
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly operations: ReadonlyMap<string, AnyOperation>
  readonly scope: Scope
  readonly clock: Pick<Clock, 'now' | 'ticks'>
  /** Takes over the socket of a node that has shown who it is. */
  readonly accept: (admission: ChannelAdmission, ...upgrade: Parameters<Take>) => void
  /** Takes over the socket of one side of a session. */
  readonly acceptData: (admission: DataChannelAdmission, ...upgrade: Parameters<Take>) => void
  readonly audit: AuditTrail
  readonly guesses: GuessLimit
  readonly newId: () => string
  readonly log: Log
}

const codec = codecs.ssmmessages

/**
 * GET /v1/control-channel/NODE and /v1/data-channel/SESSION as websockets: the same authentication and
 * authorisation as any request, before the socket is upgraded. A node may open its own channel only; whose a
 * session is, the token of the first frame tells.
 */
export class Upgrades {
  readonly #parts: UpgradeParts

  constructor(parts: UpgradeParts) {
    this.#parts = parts
  }

  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until somebody takes the socket over, its errors are of no interest but must not end the process.
    const ignore = () => socket.destroy()
    socket.on('error', ignore)
    const { audit, guesses, newId, clock } = this.#parts
    const seen: Seen = { codec }
    const exchange = {
      request,
      requestId: newId(),
      receivedAt: clock.now(),
      receivedTicks: clock.ticks(),
      sourceIp: addressOf(request),
      secure: (request.socket as Partial<TLSSocket>).encrypted === true,
    }
    void this.#admit(exchange, seen)
      .then(
        (take) => {
          socket.off('error', ignore)
          take(request, socket, head)
        },
        (error: unknown) => {
          const known = this.#known(error)
          seen.error = seen.caller === undefined ? guesses.answerTo(exchange.sourceIp, known, codec.protocol) : known
          turnAway(socket, seen.error)
        },
      )
      .then(() => audit.record(exchange, seen))
  }

  async #admit(exchange: UpgradeExchange, seen: Seen): Promise<Take> {
    const { accept, acceptData } = this.#parts
    const [, version, kind, id = ''] = pathOf(exchange.request).split('/')
    if (version === 'v1' && kind === 'control-channel') {
      const admission = await this.#admitNode(exchange, this.#opening('OpenControlChannel', seen), seen)
      if (admission?.nodeId !== id) {
        throw new ServiceError('AccessDeniedException', 'A node may open its own control channel only.')
      }
      return (request, socket, head) => accept(admission, request, socket, head)
    }
    if (version === 'v1' && kind === 'data-channel') {
      const admission = await this.#admitToSession(exchange, decoded(id), seen)
      return (request, socket, head) => acceptData(admission, request, socket, head)
    }
    throw new ServiceError('UnknownOperationException', 'No channel of this kind is served here.')
  }

  /** Nodes sign. Clients need not: newer ones do, and then it must be right (session reference, section 0). */
  async #admitToSession(exchange: UpgradeExchange, sessionId: string, seen: Seen): Promise<DataChannelAdmission> {
    const operation = this.#opening('OpenDataChannel', seen)
    if (!isSigned(exchange.request)) return { side: 'client', sessionId }
    const admission = await this.#admitNode(exchange, operation, seen)
    return admission === undefined ? { side: 'client', sessionId } : { ...admission, side: 'node', sessionId }
  }

  /** Undefined for those who are no node: for them it is only seen to it that nothing forbids the channel. */
  async #admitNode(
    exchange: UpgradeExchange,
    operation: AnyOperation,
    seen: Seen,
  ): Promise<ChannelAdmission | undefined> {
    const { authenticator, authorizer, scope, clock } = this.#parts
    const { request, sourceIp, secure } = exchange
    const caller = await authenticator.authenticate({
      raw: { method: request.method ?? '', target: request.url ?? '', rawHeaders: request.rawHeaders },
      body: new Uint8Array(),
      codec,
      authentication: 'signature',
    })
    seen.caller = caller
    const facts = { scope, sourceIp, secure, userAgent: userAgentOf(request) }
    const checks = operation.resources({} as never, scope, caller)
    const asked = (receivedAt: Date): AuthorizationRequest => ({
      caller,
      action: operation.action,
      facts: { ...facts, receivedAt },
      keys: {},
      protocol: codec.protocol,
    })
    // Only what admits is noted: a channel that stays open is asked about again and again.
    const decided: Decided[] = []
    seen.decided = decided
    const admitted = { ...asked(exchange.receivedAt), decided }
    const nodeId = nodeIdOf(caller)
    if (caller.kind !== 'role-session' || nodeId === undefined) {
      await this.#requireNoDenial(admitted, checks)
      return undefined
    }
    await authorizer.require(admitted, checks)
    return {
      nodeId,
      isStillGood: () =>
        this.#isStillGood(caller, async () => {
          const decisions = await authorizer.decide(asked(clock.now()), checks)
          return decisions.every(({ effect }) => effect === 'Allowed')
        }),
    }
  }

  /** A client's right to its session is in its token; policies of users were written before there was this action. */
  async #requireNoDenial(asked: AuthorizationRequest, checks: readonly AccessCheck[]): Promise<void> {
    const decisions = await this.#parts.authorizer.decide(asked, checks)
    const at = decisions.findIndex(({ effect }) => effect === 'ExplicitlyDenied')
    const [check, decision] = [checks[at], decisions[at]]
    if (check !== undefined && decision !== undefined) throw denied(asked, check, decision)
  }

  #opening(name: 'OpenControlChannel' | 'OpenDataChannel', seen: Seen): AnyOperation {
    const operation = this.#parts.operations.get(`ssmmessages:${name}`)
    if (operation === undefined)
      throw new ServiceError('UnknownOperationException', 'No channel of this kind is served here.')
    seen.operation = operation
    return operation
  }

  async #isStillGood(caller: RoleSessionCaller, isAllowed: () => Promise<boolean>): Promise<boolean> {
    return (await this.#parts.authenticator.stillStands(caller)) && (await isAllowed())
  }

  #known(error: unknown): ServiceError {
    if (error instanceof ServiceError) return error
    if (error instanceof StoreUnavailable) return refuse('unavailable', codec.protocol, undefined, { cause: error })
    this.#parts.log.error({ err: error }, 'a channel could not be opened by our fault')
    return new ServiceError('InternalServerError', 'An error occurred on the server side.')
  }
}

type UpgradeExchange = Parameters<AuditTrail['record']>[0]
type Take = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

function isSigned({ headers, url = '' }: IncomingMessage): boolean {
  return headers.authorization !== undefined || /[?&]X-Amz-(?:Algorithm|Credential|Signature)=/i.test(url)
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    // Not an encoding of anything, so no session has this id.
    return id
  }
}

/** The other half of the connection is not waited for: whoever was refused has nothing to say. */
function turnAway(socket: Duplex, { code, message }: ServiceError): void {
  const { status } = errorStatus(codec.service, code)
  const body = `${code}: ${message}`
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
