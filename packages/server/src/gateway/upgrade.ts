import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { codecs, errorStatus } from '@fairlead/wire/codec'
import { nodeIdOf, type RoleSessionCaller } from '../domain/caller.ts'
import type { ChannelAdmission } from '../domain/channel-admission.ts'
import { ServiceError } from '../domain/error.ts'
import type { Scope } from '../domain/scope.ts'
import type { Log } from '../events/log.ts'
import type { AnyOperation } from '../operations/operation.ts'
import { StoreUnavailable } from '../store/database.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { Authenticator } from './authenticate.ts'
import type { AuthorizationRequest, Authorizer } from './authorize.ts'
import { userAgentOf } from './context-maker.ts'
import { addressOf } from './front-door.ts'
import type { Seen } from './gateway.ts'
import { refuse } from './refusal.ts'
import { pathOf } from './route.ts'

export interface UpgradeParts {
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly operations: ReadonlyMap<string, AnyOperation>
  readonly scope: Scope
  readonly now: () => Date
  /** Takes over the socket of a node that has shown who it is. */
  readonly accept: (admission: ChannelAdmission, request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly audit: AuditTrail
  readonly newId: () => string
  readonly log: Log
}

const codec = codecs.ssmmessages

/**
 * GET /v1/control-channel/NODE as a websocket: the same authentication and authorisation as any
 * request, before the socket is upgraded. A node may open its own channel only.
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
    const { audit, accept, newId, now } = this.#parts
    const seen: Seen = { codec }
    const exchange = {
      request,
      requestId: newId(),
      receivedAt: now(),
      sourceIp: addressOf(request),
      secure: (request.socket as Partial<TLSSocket>).encrypted === true,
    }
    void this.#admit(exchange, seen)
      .then(
        (admission) => {
          socket.off('error', ignore)
          accept(admission, request, socket, head)
        },
        (error: unknown) => {
          seen.error = this.#known(error)
          turnAway(socket, seen.error)
        },
      )
      .then(() => audit.record(exchange, seen))
  }

  async #admit(exchange: UpgradeExchange, seen: Seen): Promise<ChannelAdmission> {
    const { authenticator, authorizer, operations, scope, now } = this.#parts
    const { request, sourceIp, secure } = exchange
    const [, version, kind, id = ''] = pathOf(request).split('/')
    const operation = operations.get('ssmmessages:OpenControlChannel')
    if (version !== 'v1' || kind !== 'control-channel' || operation === undefined) {
      throw new ServiceError('UnknownOperationException', 'No channel of this kind is served here.')
    }
    seen.operation = operation
    const caller = await authenticator.authenticate({
      raw: { method: request.method ?? '', target: request.url ?? '', rawHeaders: request.rawHeaders },
      body: new Uint8Array(),
      codec,
      authentication: 'signature',
    })
    seen.caller = caller
    const { action } = operation
    const facts = { scope, sourceIp, secure, userAgent: userAgentOf(request) }
    const checks = operation.resources({ ChannelId: id } as never, scope, caller)
    const asked = (receivedAt: Date): AuthorizationRequest => ({
      caller,
      action,
      facts: { ...facts, receivedAt },
      keys: {},
      protocol: codec.protocol,
    })
    await authorizer.require(asked(exchange.receivedAt), checks)
    if (caller.kind !== 'role-session' || nodeIdOf(caller) !== id) {
      throw new ServiceError('AccessDeniedException', 'A node may open its own control channel only.')
    }
    return {
      nodeId: id,
      isStillGood: () =>
        this.#isStillGood(caller, async () => {
          const decisions = await authorizer.decide(asked(now()), checks)
          return decisions.every(({ effect }) => effect === 'Allowed')
        }),
    }
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

/** The other half of the connection is not waited for: whoever was refused has nothing to say. */
function turnAway(socket: Duplex, { code, message }: ServiceError): void {
  const { status } = errorStatus(codec.service, code)
  const body = `${code}: ${message}`
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
