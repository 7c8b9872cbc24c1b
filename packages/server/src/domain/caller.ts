import type { SessionMarks } from './session-marks.ts'

/**
 * Who signed this request. `userId` is the value of aws:userid, `arn` the value printed in
 * denials and answered by GetCallerIdentity.
 */
export type Caller =
  | RootCaller
  | UserCaller
  | FederatedUserCaller
  | WebIdentityCaller
  | RoleSessionCaller
  | NodeKeyCaller
  | AnonymousCaller

interface Known {
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly accessKeyId: string
}

export interface RootCaller extends Known {
  readonly kind: 'root'
  readonly session?: OwnSession
}

/** Temporary credentials of a user's own, or the root's (GetSessionToken). */
export interface OwnSession {
  readonly issuedAt: Date
  /** When a code of an MFA device was shown for it, if one was. */
  readonly mfaAt?: Date | undefined
}

export interface UserCaller extends Known {
  readonly kind: 'user'
  readonly userName: string
  readonly session?: OwnSession
}

/** Somebody outside whom a user, or the root, vouched for (GetFederationToken). */
export interface FederatedUserCaller extends Known {
  readonly kind: 'federated-user'
  /** The name that it was given. */
  readonly federatedName: string
  /** The user whose policies its session policies narrow; the root when there is none. */
  readonly userName: string | undefined
  readonly issuedAt: Date
  readonly marks: SessionMarks
}

/** Whom an issuer of identity tokens vouches for (AssumeRoleWithWebIdentity). */
export interface WebIdentityCaller {
  readonly kind: 'web-identity'
  readonly account: string
  /** `ISSUER:SUBJECT`; it has no ARN. */
  readonly arn: string
  /** `ARN OF THE ISSUER:AUDIENCE:SUBJECT` */
  readonly userId: string
  readonly subject: string
  /** The issuer's ARN. */
  readonly provider: string
}

export interface RoleSessionCaller extends Known {
  readonly kind: 'role-session'
  readonly roleName: string
  readonly sessionName: string
  readonly roleArn: string
  readonly issuedAt: Date
  /** Set when the session belongs to a node: it may then act only as itself. */
  readonly nodeId?: string
  readonly marks?: SessionMarks
}

/** A node that signed with its own private key: RequestManagedInstanceRoleToken, UpdateManagedInstancePublicKey. */
export interface NodeKeyCaller {
  readonly kind: 'node-key'
  readonly account: string
  readonly arn: string
  readonly userId: string
  readonly nodeId: string
  /** Which of its keys it signed with: after a rotation two are good for a while. */
  readonly publicKey: string
}

/** Nobody: RegisterManagedInstance is unsigned, its activation is what proves the right to ask. */
export interface AnonymousCaller {
  readonly kind: 'anonymous'
  readonly account: string
  readonly arn: 'anonymous'
  readonly userId: ''
}

/** The node that this caller is, if it is one. */
export function nodeIdOf(caller: Caller): string | undefined {
  if (caller.kind === 'node-key') return caller.nodeId
  return caller.kind === 'role-session' ? caller.nodeId : undefined
}
