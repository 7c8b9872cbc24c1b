import type { ContextValue, Decision } from '@fairlead/iam'
import type { ServiceId } from '@fairlead/wire/codec'
import type { Blobs } from '../blobs/blobs.ts'
import type { AgentBundles } from '../domain/agent-bundles.ts'
import type { AuditRecord } from '../domain/audit-record.ts'
import type { Caller, WebIdentityCaller } from '../domain/caller.ts'
import type { CommandWatches } from '../domain/command-watches.ts'
import type { IssuerKeys } from '../domain/issuer-keys.ts'
import type { ChannelTokens, NodeMail } from '../domain/node-mail.ts'
import type { RecordingReader } from '../domain/recording-files.ts'
import type { Scope } from '../domain/scope.ts'
import type { SessionLinks } from '../domain/session-links.ts'
import type { SessionMarks } from '../domain/session-marks.ts'
import type { TaggedResource, Tags } from '../domain/tag.ts'
import type { IdentityName } from '../store/identity-store.ts'
import type { Store } from '../store/store.ts'
import type { Rehearsal } from './rehearsal.ts'

/** Context keys of one request or one resource (authorization reference, 1.5): names are case-insensitive. */
export type ContextKeys = Readonly<Record<string, ContextValue>>

/**
 * One thing that the caller must be allowed to do. `resource` is an ARN, or `*` for actions
 * without resource-level permissions. `tagsOf` says whose tags become aws:ResourceTag and
 * ssm:resourceTag. `action` is the operation's own unless it says another (iam:PassRole).
 */
export interface AccessCheck {
  readonly resource: string
  readonly action?: string
  readonly tagsOf?: TaggedResource
  /** Its tags, when the operation knows them. */
  readonly tags?: Tags
  /** The document that is touched, by name: policies see its tags and its ssm:DocumentType. */
  readonly document?: string
  /**
   * The user, group, role … that is touched. Policies see its ARN with its path, and its tags; a refusal names
   * `resource`, so that it does not tell what exists.
   */
  readonly identity?: IdentityName
  /** Whether policies see the boundary of `identity` as iam:PermissionsBoundary. */
  readonly showsBoundary?: boolean
  /**
   * The resource's own policy, without whose grant nobody may: a role's trust policy, a key's policy. `document`
   * is undefined when there is no such resource.
   */
  readonly resourcePolicy?: { readonly document: string | undefined }
  readonly context?: ContextKeys
  /** What Deny statements see where it differs from `context`. */
  readonly denyContext?: ContextKeys
  /**
   * Other ways to be allowed the same: one that is allowed is enough, one that is denied explicitly is too
   * much. A refusal names `resource` all the same. Alternatives have none of their own.
   */
  readonly alternatives?: readonly AccessCheck[]
}

/** How a caller proves who it is. Everything is signed but registration, which shows an activation code, and
 * AssumeRoleWithWebIdentity, which shows an identity token. */
export type Authentication = 'signature' | 'node-key' | 'activation-code' | 'identity-token'

export interface IssuedCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
}

/** Whom temporary credentials are for: a role's session, a user's own, or somebody whom a user vouches for. */
export type SessionClaims = RoleSessionClaims | UserSessionClaims

export interface RoleSessionClaims {
  readonly roleName: string
  readonly sessionName: string
  readonly nodeId?: string
  readonly marks?: SessionMarks | undefined
}

export interface UserSessionClaims {
  /** Undefined for the root of the account. */
  readonly userId: string | undefined
  /** Of the root the key that asked, with which the session ends: no policy could end it. */
  readonly rootKeyId?: string | undefined
  /** Set for a federated user, who is not the user itself. */
  readonly federatedName?: string | undefined
  readonly mfaAt?: Date | undefined
  readonly marks?: SessionMarks | undefined
}

/** What an operation may use. There is no other way in: no globals, no singletons. */
export interface Context {
  readonly caller: Caller
  readonly scope: Scope
  readonly requestId: string
  readonly sourceIp: string
  readonly store: Store
  readonly blobs: Blobs
  readonly agentBundles: AgentBundles
  readonly nodeMail: NodeMail
  readonly channelTokens: ChannelTokens
  readonly sessionLinks: SessionLinks
  readonly recordings: RecordingReader
  readonly commandWatches: CommandWatches
  readonly issuerKeys: IssuerKeys
  /** How many invocations may wait for their nodes in all. */
  readonly maxPendingInvocations: number
  /** What the audit keeps of a request; undefined for one that it does not have. */
  findAudited(requestId: string): Promise<AuditRecord | undefined>
  /** Aborts when the caller has gone or the server stops. */
  readonly signal: AbortSignal
  now(): Date
  newId(): string
  /** `bytes` random bytes in lower-case hexadecimal. */
  randomHex(bytes: number): string
  /** Decides further checks of this request, in order: nodes that were only found inside `handle`. */
  decide(checks: readonly AccessCheck[]): Promise<readonly Decision[]>
  /** Decides as for somebody whom this request has shown to be behind it. */
  decideAs(caller: WebIdentityCaller, checks: readonly AccessCheck[]): Promise<readonly Decision[]>
  /** Throws the caller's AccessDenied unless all are allowed. */
  require(checks: readonly AccessCheck[]): Promise<void>
  issueCredentials(claims: SessionClaims, lifetimeMs: number): Promise<IssuedCredentials>
}

/**
 * One AWS API operation. `resources` is not optional: an operation that does not say what it
 * touches does not compile. It sees names only, never the store, so a refused caller cannot
 * learn from the answer what exists.
 */
export interface Operation<Input, Output> {
  readonly service: ServiceId
  readonly name: string
  readonly action: `${string}:${string}`
  /** Default: 'signature'. */
  readonly authentication?: Authentication
  /** Whether it holds a password against one that is kept: a caller may try only so often. */
  readonly takesPassword?: true
  resources(input: Input, scope: Scope, caller: Caller): readonly AccessCheck[]
  /** Request-wide context keys: aws:RequestTag/…, aws:TagKeys, ssm:DocumentType … */
  requestContext?(input: Input): ContextKeys
  handle(input: Input, context: Context): Promise<Output>
  /**
   * What `handle` would do, without doing it (decision 14). Nothing has been required of the caller then: it tells
   * what would be denied, and no more than the caller may know.
   */
  rehearse?(input: Input, context: Context): Promise<Rehearsal>
}

/** An operation whose input and output are known only to its codec, which is chosen by its name. */
export type AnyOperation = Operation<never, unknown>
