import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { codecs } from '@fairlead/wire/codec'
import { nodeIdOf } from '../domain/caller.ts'
import { ServiceError } from '../domain/error.ts'
import type { Scope } from '../domain/scope.ts'
import type { Log } from '../events/log.ts'
import type { AnyOperation } from '../operations/operation.ts'
import type { Authenticator } from './authenticate.ts'
import type { Authorizer } from './authorize.ts'
import { userAgentOf } from './context-maker.ts'
import { addressOf } from './front-door.ts'
import { pathOf } from './route.ts'

export interface UpgradeParts {
  readonly authenticator: Authenticator
  readonly authorizer: Authorizer
  readonly operations: ReadonlyMap<string, AnyOperation>
  readonly scope: Scope
  readonly now: () => Date
  /** Takes over the socket of a node that has shown who it is. */
  readonly accept: (nodeId: string, request: IncomingMessage, socket: Duplex, head: Buffer) => void
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
    this.#admit(request).then(
      (nodeId) => {
        socket.off('error', ignore)
        this.#parts.accept(nodeId, request, socket, head)
      },
      (error: unknown) => this.#turnAway(socket, error),
    )
  }

  async #admit(request: IncomingMessage): Promise<string> {
    const { authenticator, authorizer, operations, scope, now } = this.#parts
    const [, version, kind, id = ''] = pathOf(request).split('/')
    const operation = operations.get('ssmmessages:OpenControlChannel')
    if (version !== 'v1' || kind !== 'control-channel' || operation === undefined) {
      throw new ServiceError('UnknownOperationException', 'No channel of this kind is served here.')
    }
    const caller = await authenticator.authenticate({
      raw: { method: request.method ?? '', target: request.url ?? '', rawHeaders: request.rawHeaders },
      body: new Uint8Array(),
      codec,
      authentication: 'signature',
    })
    const facts = {
      scope,
      receivedAt: now(),
      sourceIp: addressOf(request),
      secure: (request.socket as Partial<TLSSocket>).encrypted === true,
      userAgent: userAgentOf(request),
    }
    await authorizer.require(
      { caller, action: operation.action, facts, keys: {}, protocol: codec.protocol },
      operation.resources({ ChannelId: id } as never, facts.scope, caller),
    )
    const nodeId = nodeIdOf(caller)
    if (nodeId === undefined || nodeId !== id) {
      throw new ServiceError('AccessDeniedException', 'A node may open its own control channel only.')
    }
    return nodeId
  }

  #turnAway(socket: Duplex, error: unknown): void {
    const known = error instanceof ServiceError
    if (!known) this.#parts.log.error({ err: error }, 'a channel could not be opened by our fault')
    const body = known ? `${error.code}: ${error.message}` : 'InternalServerError'
    const status = known ? '403 Forbidden' : '500 Internal Server Error'
    socket.end(
      `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }
}
