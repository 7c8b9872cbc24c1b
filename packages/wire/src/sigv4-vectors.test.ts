import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import test from 'node:test'
import {
  canonicalRequest,
  deriveSigningKey,
  hmacSigner,
  presign,
  type RawRequest,
  readClaim,
  signRequest,
  stringToSign,
} from './sigv4.ts'
import { encodeQueryText } from './sigv4-encode.ts'
import vectors from './sigv4-vectors.json' with { type: 'json' }

type Vector = {
  name: string
  method: string
  target: string
  headers: string[]
  body?: string
  asIs?: boolean
  token?: string
  tokenAfterSigning?: boolean
  header: string
  query: string
}
const cases: readonly Vector[] = vectors.cases

const sha256 = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
const asBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')
const rules = (vector: Vector) => ({ normalizePath: !vector.asIs, encodePathTwice: true })
const namesOf = (headers: readonly string[]) =>
  [...new Set(headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()))].sort().join(';')
const credential = `${vectors.accessKeyId}/20150830/${vectors.region}/${vectors.service}/aws4_request`

function signatureOf(request: RawRequest, vector: Vector): string {
  const claim = readClaim(request)
  assert.ok(claim)
  const canonical = canonicalRequest(request, claim, sha256(vector.body ?? ''), rules(vector))
  const key = deriveSigningKey(hmac, vectors.secretAccessKey, claim)
  return Buffer.from(hmac(key, stringToSign(claim, sha256(canonical)))).toString('hex')
}

const withHash = (vector: Vector) =>
  vector.body ? [...vector.headers, 'X-Amz-Content-Sha256', sha256(vector.body)] : vector.headers

function inHeaders(vector: Vector): RawRequest {
  const token = vector.token ? ['X-Amz-Security-Token', vector.token] : []
  const dated = [...withHash(vector), 'X-Amz-Date', vectors.timestamp]
  const signed = namesOf(vector.tokenAfterSigning ? dated : [...dated, ...token])
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${vector.header}`
  return {
    method: vector.method,
    target: asBytes(vector.target),
    rawHeaders: [...dated, ...token, 'Authorization', authorization],
  }
}

function inQuery(vector: Vector, keepToken = true): RawRequest {
  const parameters = [
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeQueryText(credential)}&X-Amz-Date=${vectors.timestamp}`,
    `X-Amz-SignedHeaders=${encodeQueryText(namesOf(vector.headers))}&X-Amz-Expires=${vectors.expires}`,
    ...(vector.token && keepToken ? [`X-Amz-Security-Token=${encodeQueryText(vector.token)}`] : []),
    `X-Amz-Signature=${vector.query}`,
  ]
  const target = `${vector.target}${vector.target.includes('?') ? '&' : '?'}${parameters.join('&')}`
  return { method: vector.method, target: asBytes(target), rawHeaders: vector.headers }
}

const options = (vector: Vector) => ({
  signer: hmacSigner(
    {
      accessKeyId: vectors.accessKeyId,
      secretAccessKey: vectors.secretAccessKey,
      sessionToken: vector.tokenAfterSigning ? undefined : vector.token,
    },
    hmac,
  ),
  region: vectors.region,
  service: vectors.service,
  now: new Date('2015-08-30T12:36:00Z'),
  sha256,
  pathRules: rules(vector),
})

test('all 38 examples of the suite are here', () => {
  assert.equal(cases.length, 38)
})

for (const vector of cases) {
  test(`${vector.name}: the signature in the header is the one worked out`, () => {
    assert.equal(signatureOf(inHeaders(vector), vector), vector.header)
  })

  test(`${vector.name}: the signature in the query is the one worked out`, () => {
    const worked = signatureOf(inQuery(vector), vector)
    if (vector.tokenAfterSigning) assert.notEqual(worked, vector.query)
    else assert.equal(worked, vector.query)
  })

  test(`${vector.name}: signing the request gives the signature of the suite, in both forms`, () => {
    const { method, body = '' } = vector
    const target = asBytes(vector.target)

    const added = signRequest({ method, target, rawHeaders: withHash(vector) }, body, options(vector))
    const presigned = presign({ method, target, rawHeaders: vector.headers }, body, {
      ...options(vector),
      expires: vectors.expires,
    })

    assert.ok(added.at(-1)?.endsWith(`Signature=${vector.header}`))
    assert.ok(presigned.endsWith(`X-Amz-Signature=${vector.query}`))
  })
}

test('a token added to the query after signing is the only reason why that example is refused', () => {
  const vector = cases.find(({ name }) => name === 'post-sts-header-after')
  assert.ok(vector)

  assert.equal(signatureOf(inQuery(vector, false), vector), vector.query)
})
