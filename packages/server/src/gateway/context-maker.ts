import type { IncomingMessage } from 'node:http'
import type { Blobs } from '../blobs/blobs.ts'
import type { AgentBundles } from '../domain/agent-bundles.ts'
import type { AuditRecord } from '../domain/audit-record.ts'
import type { Caller } from '../domain/caller.ts'
import type { CommandWatches } from '../domain/command-watches.ts'
import { ServiceError } from '../domain/error.ts'
import type { IssuerKeys } from '../domain/issuer-keys.ts'
import type { ChannelTokens, NodeMail } from '../domain/node-mail.ts'
import type { RecordingReader } from '../domain/recording-files.ts'
import type { Scope } from '../domain/scope.ts'
import type { SessionLinksFor } from '../domain/session-links.ts'
import type { Context } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import type { AuthorizationRequest, Authorizer } from './authorize.ts'
import type { Exchange } from './exchange.ts'
import type { RequestFacts } from './request-context.ts'
import type { SessionTokens } from './session-token.ts'

export interface ContextParts {
  readonly scope: Scope
  readonly store: Store
  readonly blobs: Blobs
  readonly agentBundles: AgentBundles
  readonly nodeMail: NodeMail
  readonly channelTokens: ChannelTokens
  readonly sessionLinks: SessionLinksFor
  readonly recordings: RecordingReader
  readonly commandWatches: CommandWatches
  readonly issuerKeys: IssuerKeys
  readonly findAudited: (requestId: string, signal: AbortSignal) => Promise<AuditRecord | undefined>
  readonly authorizer: Authorizer
  readonly sessionTokens: SessionTokens
  readonly maxPendingInvocations: number
  readonly now: () => Date
  readonly newId: () => string
  readonly randomHex: (bytes: number) => string
}

/** Makes what an operation may use, for one request. */
export class ContextMaker {
  readonly #parts: ContextParts

  constructor(parts: ContextParts) {
    this.#parts = parts
  }

  /** What policies may ask about the connection. */
  factsOf({ request, sourceIp, secure, receivedAt }: Exchange): RequestFacts {
    return { scope: this.#parts.scope, sourceIp, secure, receivedAt, userAgent: userAgentOf(request) }
  }

  /** @param found where it is noted whom the request has shown to be behind it, for the audit */
  contextFor(exchange: Exchange, caller: Caller, asked: AuthorizationRequest, found: { shown?: Caller }): Context {
    const { scope, store, blobs, nodeMail, channelTokens, sessionLinks, authorizer, sessionTokens } = this.#parts
    const {
      now,
      newId,
      randomHex,
      agentBundles,
      issuerKeys,
      recordings,
      commandWatches,
      findAudited,
      maxPendingInvocations,
    } = this.#parts
    return {
      caller,
      scope,
      requestId: exchange.requestId,
      sourceIp: exchange.sourceIp,
      store,
      blobs,
      agentBundles,
      nodeMail,
      channelTokens,
      sessionLinks: sessionLinks(calledUrl(exchange)),
      recordings,
      commandWatches,
      issuerKeys,
      maxPendingInvocations,
      findAudited: (requestId) => findAudited(requestId, exchange.signal),
      signal: exchange.signal,
      now,
      newId,
      randomHex,
      decide: (checks) => authorizer.decide(asked, checks),
      decideAs: (shown, checks) => {
        found.shown = shown
        return authorizer.decide({ ...asked, caller: shown }, checks)
      },
      require: (checks) => authorizer.require(asked, checks),
      issueCredentials: async (claims, lifetimeMs) => {
        if (!('roleName' in claims)) return sessionTokens.issue(claims, now(), lifetimeMs)
        const role = await store.identities.roles.findRole(claims.roleName)
        if (role === undefined)
          throw new ServiceError('InternalServerError', `The role ${claims.roleName} does not exist.`)
        return sessionTokens.issue({ ...claims, roleId: role.roleId }, now(), lifetimeMs)
      },
    }
  }
}

/** Scheme, host and port that the caller reached us under: what works for its request works for its streams. */
function calledUrl({ request, secure }: Exchange): string {
  const scheme = secure ? 'https' : 'http'
  const { localAddress = '', localPort = 0 } = request.socket
  const named = request.headers.host ?? ''
  if (/^[\w.:[\]-]{1,255}$/.test(named)) return `${scheme}://${named}`
  return `${scheme}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}

export function userAgentOf(request: IncomingMessage): string {
  return (request.headers['user-agent'] ?? '').slice(0, 1024)
}
