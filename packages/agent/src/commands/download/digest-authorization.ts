import { createHash } from 'node:crypto'

/** Who asks, and for what. `nonce` is one of the client's own, never used twice. */
export interface DigestRequest {
  readonly username: string
  readonly password: string
  /** Path and query. */
  readonly uri: string
  readonly nonce: string
}

const algorithms: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' }

/** The `Authorization` that answers a `WWW-Authenticate: Digest …` (RFC 7616) for a GET. Throws when it cannot. */
export function digestAuthorization(challenge: string, { username, password, uri, nonce }: DigestRequest): string {
  const asked = readChallenge(challenge)
  const { realm = '', algorithm = 'MD5', qop, opaque, userhash } = asked
  const [name = '', session] = algorithm.toUpperCase().split('-SESS')
  const digest = algorithms[name]
  if (digest === undefined || asked.nonce === undefined) {
    throw new Error('The server asks for a kind of Digest authentication that this agent does not know.')
  }
  const hash = (...parts: readonly string[]) => createHash(digest).update(parts.join(':')).digest('hex')
  const count = '00000001'

  const secret = hash(username, realm, password)
  const key = session === undefined ? secret : hash(secret, asked.nonce, nonce)
  const isAuth = qop !== undefined
  if (isAuth && !qop.split(',').some((one) => one.trim() === 'auth')) {
    throw new Error('The server asks for Digest authentication of whole messages, which this agent does not do.')
  }
  const request = hash('GET', uri)
  const response = isAuth ? hash(key, asked.nonce, count, nonce, 'auth', request) : hash(key, asked.nonce, request)

  const user = userhash === 'true' ? hash(username, realm) : username
  const parts = [
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(asked.nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(isAuth ? ['qop=auth', `nc=${count}`, `cnonce="${nonce}"`] : []),
    ...(userhash === 'true' ? ['userhash=true'] : []),
  ]
  return `Digest ${parts.join(', ')}`
}

function readChallenge(challenge: string): Partial<Record<string, string>> & { readonly nonce?: string } {
  const start = /^\s*Digest\s/i.exec(challenge)
  if (start === null) throw new Error('The server does not ask for Digest authentication.')
  const pairs = challenge.slice(start[0].length).matchAll(/([A-Za-z]{1,32})=(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g)
  return Object.fromEntries(
    [...pairs].map(([, name = '', inQuotes, plain = '']) => [
      name.toLowerCase(),
      inQuotes === undefined ? plain : inQuotes.replace(/\\(.)/g, '$1'),
    ]),
  )
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
