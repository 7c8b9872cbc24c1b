import { constants, createHmac, createPublicKey, hash, timingSafeEqual, verify } from 'node:crypto'
import type { Protocol, ServiceCodec } from '@fairlead/wire/codec'
import {
  canonicalRequest,
  checkClock,
  type RawRequest,
  readClaim,
  type SignatureClaim,
  SignatureError,
  stringToSign,
} from '@fairlead/wire/sigv4'
import type { AccessKey } from '../domain/access-key.ts'
import { federatedUserArn, nodeArn, roleArn, roleSessionArn, rootArn, userArn } from '../domain/arn.ts'
import type { Caller, RoleSessionCaller } from '../domain/caller.ts'
import type { Role } from '../domain/role.ts'
import type { Scope } from '../domain/scope.ts'
import type { User } from '../domain/user.ts'
import type { Authentication, UserSessionClaims } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import { GenerationCache } from './generation-cache.ts'
import { refuse } from './refusal.ts'
import type { Session, SessionTokens } from './session-token.ts'
import { SigningKeys } from './signing-keys.ts'

/** Fifteen minutes, as the agents need: they never correct a skewed clock (agent reference, 10.10). */
const clockToleranceMs = 15 * 60_000
const pathRules = { normalizePath: true, encodePathTwice: true }

export interface AuthenticatorParts {
  readonly store: Store
  readonly scope: Scope
  readonly sessionTokens: SessionTokens
  readonly now: () => Date
}

/** What is to be authenticated; `body` is hashed, its header is never believed. */
export interface SignedRequest {
  readonly raw: RawRequest
  readonly body: Uint8Array
  readonly codec: Pick<ServiceCodec, 'service' | 'signingName' | 'protocol'>
  readonly authentication: Authentication
}

/** Finds who signed a request. Throws a ServiceError in the words of the service that was asked. */
export class Authenticator {
  readonly #parts: AuthenticatorParts
  readonly #signingKeys = new SigningKeys()
  readonly #accessKeys: GenerationCache<AccessKey | undefined>
  readonly #roles: GenerationCache<Role | undefined>
  readonly #users: GenerationCache<User | undefined>

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
    const { identities } = parts.store
    this.#accessKeys = new GenerationCache(() => identities.generation(), 10_000)
    this.#roles = new GenerationCache(() => identities.generation(), 10_000)
    this.#users = new GenerationCache(() => identities.generation(), 10_000)
  }

  async authenticate(request: SignedRequest): Promise<Caller> {
    const { scope } = this.#parts
    if (request.authentication === 'activation-code' || request.authentication === 'identity-token') {
      return { kind: 'anonymous', account: scope.account, arn: 'anonymous', userId: '' }
    }
    const { protocol } = request.codec
    try {
      const claim = readClaim(request.raw)
      if (claim === undefined) throw refuse('unsigned', protocol)
      this.#checkScope(claim, request.codec)
      checkClock(claim, this.#parts.now(), clockToleranceMs)
      const signed = signedText(request, claim)
      return request.authentication === 'node-key'
        ? await this.#nodeKeyCaller(claim, signed, protocol)
        : await this.#secretKeyCaller(claim, signed, protocol)
    } catch (error) {
      if (error instanceof SignatureError) throw refuse(error.reason, protocol, error.message, { cause: error })
      throw error
    }
  }

  /** Whether a node's session would be known again if it had not expired: its node and its role are still there. */
  async stillStands({ roleName, userId, nodeId = '' }: RoleSessionCaller): Promise<boolean> {
    const [roleId = ''] = userId.split(':', 1)
    if ((await this.#roleOf(roleName, roleId)) === undefined) return false
    return await this.#parts.store.nodes.isRegistered(nodeId)
  }

  /** IAM and STS are global: clients sign for us-east-1 whatever region they are in. */
  #checkScope(claim: SignatureClaim, codec: SignedRequest['codec']): void {
    if (claim.service !== codec.signingName) {
      throw new SignatureError('scope', `Credential should be scoped to correct service: '${codec.signingName}'. `)
    }
    const { region } = this.#parts.scope
    const isGlobal = codec.service === 'iam' || codec.service === 'sts'
    if (claim.region !== region && !(isGlobal && claim.region === 'us-east-1')) {
      throw new SignatureError('scope', `Credential should be scoped to a valid region, not '${claim.region}'. `)
    }
  }

  async #secretKeyCaller(claim: SignatureClaim, signed: string, protocol: Protocol): Promise<Caller> {
    if (claim.sessionToken !== undefined) return this.#sessionCaller(claim, claim.sessionToken, signed, protocol)

    const { accessKeys } = this.#parts.store.identities
    const key = await this.#findKey(claim.accessKeyId)
    if (key === undefined || key.status !== 'Active') throw refuse('unknown-key', protocol)
    this.#checkSignature(claim, key.secret, signed)
    const { scope, now } = this.#parts
    // Nobody waits for this, and what could not be noted now is noted by the next request.
    const use = { at: now(), service: claim.service, region: claim.region }
    accessKeys.recordUse(key.accessKeyId, use).catch(() => {})
    const known = { account: scope.account, accessKeyId: key.accessKeyId }
    if (key.owner.kind === 'root') return { ...known, kind: 'root', arn: rootArn(scope), userId: scope.account }
    const { userName, userId, path } = key.owner
    return { ...known, kind: 'user', arn: userArn(scope, path, userName), userId, userName }
  }

  async #findKey(accessKeyId: string): Promise<AccessKey | undefined> {
    const { accessKeys } = this.#parts.store.identities
    return await this.#accessKeys.get(accessKeyId, () => accessKeys.findAccessKey(accessKeyId))
  }

  async #sessionCaller(claim: SignatureClaim, token: string, signed: string, protocol: Protocol): Promise<Caller> {
    const { scope, sessionTokens, now, store } = this.#parts
    const session = sessionTokens.open(token)
    if (session === undefined || session.accessKeyId !== claim.accessKeyId) throw refuse('bad-token', protocol)
    this.#checkSignature(claim, session.secretAccessKey, signed)
    if (session.expiresAt.getTime() <= now().getTime()) throw refuse('expired-token', protocol)

    if (!('roleName' in session)) return await this.#userSessionCaller(session, protocol)
    const { nodeId, marks } = session
    const role = await this.#roleOf(session.roleName, session.roleId)
    if (role === undefined) throw refuse('bad-token', protocol)
    if (nodeId !== undefined && !(await store.nodes.isRegistered(nodeId))) throw refuse('bad-token', protocol)

    return {
      kind: 'role-session',
      account: scope.account,
      arn: roleSessionArn(scope, role.roleName, session.sessionName),
      userId: `${role.roleId}:${session.sessionName}`,
      accessKeyId: session.accessKeyId,
      roleName: role.roleName,
      sessionName: session.sessionName,
      roleArn: roleArn(scope, role.path, role.roleName),
      issuedAt: session.issuedAt,
      ...(nodeId === undefined ? {} : { nodeId }),
      ...(marks && { marks }),
    }
  }

  /**
   * A session that a user asked for ends with the user; what the user may do is looked up anew. One of the root ends
   * with the key that asked for it.
   */
  async #userSessionCaller(session: Session & UserSessionClaims, protocol: Protocol): Promise<Caller> {
    const { scope, store } = this.#parts
    const { userId, rootKeyId = '', federatedName, accessKeyId, issuedAt, mfaAt, marks = {} } = session
    const { users } = store.identities
    const user = userId === undefined ? undefined : await this.#users.get(userId, () => users.findUserById(userId))
    if (userId !== undefined && user === undefined) throw refuse('bad-token', protocol)
    if (userId === undefined && (await this.#findKey(rootKeyId))?.status !== 'Active') {
      throw refuse('bad-token', protocol)
    }
    const known = { account: scope.account, accessKeyId }
    if (federatedName !== undefined) {
      return {
        ...known,
        kind: 'federated-user',
        arn: federatedUserArn(scope, federatedName),
        userId: `${scope.account}:${federatedName}`,
        federatedName,
        userName: user?.userName,
        issuedAt,
        marks,
      }
    }
    const own = { issuedAt, mfaAt }
    if (user === undefined) {
      return { ...known, kind: 'root', arn: rootArn(scope), userId: scope.account, session: own }
    }
    const { userName, path } = user
    return { ...known, kind: 'user', arn: userArn(scope, path, userName), userId: user.userId, userName, session: own }
  }

  /** A role of the same name that was made later is another role. */
  async #roleOf(roleName: string, roleId: string): Promise<Role | undefined> {
    const { roles } = this.#parts.store.identities
    const role = await this.#roles.get(roleName, () => roles.findRole(roleName))
    return role?.roleId === roleId ? role : undefined
  }

  /**
   * A node signs with its own key: RSASSA-PSS, SHA-256, salt of 32 bytes, base64, over the ordinary
   * string to sign, although the header says HMAC (agent reference, 1.3).
   */
  async #nodeKeyCaller(claim: SignatureClaim, signed: string, protocol: Protocol): Promise<Caller> {
    const { scope, store, now } = this.#parts
    const node = await store.nodes.findNode(claim.accessKeyId)
    if (node === undefined) throw refuse('unknown-key', protocol)
    const keys = [node.publicKey]
    if (node.previousPublicKey !== undefined && (node.previousKeyUntil?.getTime() ?? 0) > now().getTime()) {
      keys.push(node.previousPublicKey)
    }
    const signature = Buffer.from(claim.signature, 'base64')
    const publicKey = keys.find((key) => isSignedBy(key, signed, signature))
    if (publicKey === undefined) throw refuse('mismatch', protocol)
    return {
      kind: 'node-key',
      account: scope.account,
      arn: nodeArn(scope, node.nodeId),
      userId: node.nodeId,
      nodeId: node.nodeId,
      publicKey,
    }
  }

  #checkSignature(claim: SignatureClaim, secret: string, signed: string): void {
    const key = this.#signingKeys.keyFor(claim.accessKeyId, secret, claim)
    // By way of a text: a digest asked for as a buffer gets one outside the heap, which costs more.
    const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('hex'), 'hex')
    const given = Buffer.from(claim.signature, 'hex')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new SignatureError(
        'mismatch',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      )
    }
  }
}

function signedText({ raw, body }: SignedRequest, claim: SignatureClaim): string {
  return stringToSign(claim, hash('sha256', canonicalRequest(raw, claim, hash('sha256', body), pathRules)))
}

function isSignedBy(publicKey: string, signed: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  return verify(
    'sha256',
    Buffer.from(signed),
    { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    signature,
  )
}
