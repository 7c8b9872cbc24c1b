import { packMarks, unpackMarks } from '../domain/session-marks.ts'
import { uniqueId } from '../domain/unique-id.ts'
import type { IssuedCredentials, RoleSessionClaims, UserSessionClaims } from '../operations/operation.ts'
import type { Vault } from '../store/vault.ts'

/** What a session token holds. Only this server can read or make one. */
export type Session = Claims & {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly issuedAt: Date
  readonly expiresAt: Date
}

type Claims = (RoleSessionClaims & { readonly roleId: string }) | UserSessionClaims

/** In the token, what stands before the id of the root's key, in the place of a user's id. */
const rootId = 'root/'

const purpose = 'session-token'
const longest = 4096
const mostKept = 20_000
/** Characters of all tokens that are kept opened, counted with what they unpack to. */
const mostWeight = 64 * 1024 * 1024
const newline = 0x0a

/**
 * Temporary credentials. The token carries everything, sealed with the master key, so that ten
 * thousand nodes with hourly tokens cost no rows; that a session's role and node still exist is
 * looked up at every request, so taking them away ends it at once.
 */
export class SessionTokens {
  readonly #vault: Vault
  readonly #randomHex: (bytes: number) => string
  readonly #opened = new Map<string, Session>()
  #weight = 0

  constructor(vault: Vault, randomHex: (bytes: number) => string) {
    this.#vault = vault
    this.#randomHex = randomHex
  }

  issue(claims: Claims, issuedAt: Date, lifetimeMs: number): IssuedCredentials {
    const accessKeyId = uniqueId('ASIA', this.#randomHex)
    const secretAccessKey = Buffer.from(this.#randomHex(30), 'hex').toString('base64')
    // AWS's expiries are whole seconds
    const expiresAt = new Date(Math.floor((issuedAt.getTime() + lifetimeMs) / 1000) * 1000)
    const whose =
      'roleName' in claims
        ? [claims.roleName, claims.roleId, claims.sessionName, claims.nodeId ?? null]
        : [
            null,
            claims.userId ?? rootId + (claims.rootKeyId ?? ''),
            claims.federatedName ?? null,
            claims.mfaAt?.getTime() ?? null,
          ]
    const head = JSON.stringify([accessKeyId, secretAccessKey, ...whose, issuedAt.getTime(), expiresAt.getTime()])
    const packed = packMarks(claims.marks ?? {})
    const sealed = this.#vault.seal(
      packed.length === 0 ? head : Buffer.concat([Buffer.from(head), Buffer.of(newline), packed]),
      purpose,
    )
    const sessionToken = Buffer.from(sealed).toString('base64')
    if (sessionToken.length > longest) throw new Error('The marks of a session do not fit into its token')
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt }
  }

  /** The session of a token, or undefined when it is none of ours. Whether it has expired is for the caller to see. */
  open(token: string): Session | undefined {
    const known = this.#opened.get(token)
    if (known !== undefined) return known
    if (token.length > longest) return undefined
    const session = this.#read(token)
    if (session === undefined) return undefined
    this.#weight += weightOf(token, session)
    while (this.#opened.size >= mostKept || (this.#weight > mostWeight && this.#opened.size > 0)) this.#dropOldest()
    this.#opened.set(token, session)
    return session
  }

  #read(token: string): Session | undefined {
    let opened: Buffer
    try {
      opened = Buffer.from(this.#vault.open(Buffer.from(token, 'base64'), purpose))
    } catch {
      // Sealed by somebody else, or cut, or not sealed at all: to the caller these are one thing.
      return undefined
    }
    const end = opened.indexOf(newline)
    const head = opened.toString('utf8', 0, end === -1 ? opened.length : end)
    const marks = end === -1 ? undefined : unpackMarks(opened.subarray(end + 1))
    const read = JSON.parse(head) as Head
    const [accessKeyId, secretAccessKey, , , , , issued, expires] = read
    return {
      accessKeyId,
      secretAccessKey,
      ...claimsOf(read),
      ...(marks && { marks }),
      issuedAt: new Date(issued),
      expiresAt: new Date(expires),
    }
  }

  #dropOldest(): void {
    for (const [token, session] of this.#opened) {
      this.#opened.delete(token)
      this.#weight -= weightOf(token, session)
      return
    }
  }
}

/** Keys, then whose session it is: a role's, or a user's with the time of its MFA code; then from when until when. */
type Head =
  | [string, string, string, string, string, string | null, number, number]
  | [string, string, null, string, string | null, number | null, number, number]

function claimsOf(head: Head): Claims {
  if (head[2] !== null) {
    const [, , roleName, roleId, sessionName, nodeId] = head
    return { roleName, roleId, sessionName, ...(nodeId === null ? {} : { nodeId }) }
  }
  const [, , , userId, federatedName, mfaAt] = head
  return {
    ...(userId.startsWith(rootId) ? { userId: undefined, rootKeyId: userId.slice(rootId.length) } : { userId }),
    ...(federatedName === null ? {} : { federatedName }),
    ...(mfaAt === null ? {} : { mfaAt: new Date(mfaAt) }),
  }
}

/** Roughly what a kept session costs, so that many with long policies do not fill the memory. */
function weightOf(token: string, { marks }: Session): number {
  return token.length + (marks === undefined ? 0 : 16 * token.length)
}
