import assert from 'node:assert/strict'
import test from 'node:test'
import { type RawRequest, readClaim, type SignatureFault } from './sigv4.ts'

const key = 'AKIDEXAMPLE/20150830/us-east-1/ssm/aws4_request'
const signature = 'a'.repeat(64)
const headers = (changes: Record<string, string | undefined> = {}) =>
  Object.entries({
    Host: 'localhost:7070',
    'X-Amz-Date': '20150830T123600Z',
    Authorization: `AWS4-HMAC-SHA256 Credential=${key}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    ...changes,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
const request = (changes: Record<string, string | undefined> = {}, target = '/'): RawRequest => ({
  method: 'POST',
  target,
  rawHeaders: headers(changes),
})
const signed = (credential: string, names = 'host;x-amz-date', given = signature) => ({
  Authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${given}`,
})
const presigned = (
  changes: Record<string, string | undefined> = {},
  rawHeaders = ['Host', 'localhost'],
): RawRequest => {
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': key,
    'X-Amz-Date': '20150830T123600Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': signature,
    ...changes,
  }
  const query = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  return { method: 'GET', target: `/?${query.join('&')}`, rawHeaders }
}

function refuses(given: RawRequest, reason: SignatureFault, message: RegExp): void {
  assert.throws(() => readClaim(given), { name: 'SignatureError', reason, message })
}

test('a request that says nothing about a signature makes no claim', () => {
  assert.equal(readClaim(request({ Authorization: undefined })), undefined)
  assert.equal(readClaim({ method: 'GET', target: '/healthz?verbose&x=%41', rawHeaders: ['Host', 'a'] }), undefined)
})

test('a claim in the header holds what the header says', () => {
  assert.deepEqual(readClaim(request()), {
    form: 'header',
    algorithm: 'AWS4-HMAC-SHA256',
    accessKeyId: 'AKIDEXAMPLE',
    date: '20150830',
    region: 'us-east-1',
    service: 'ssm',
    scope: '20150830/us-east-1/ssm/aws4_request',
    timestamp: '20150830T123600Z',
    signature,
    signedHeaders: ['host', 'x-amz-date'],
    sessionToken: undefined,
    contentSha256: undefined,
  })
})

test('a claim in the query holds what the query says', () => {
  const claim = readClaim(presigned({ 'X-Amz-Security-Token': 'to+ken/==' }))
  assert.equal(claim?.form, 'query')
  assert.equal(claim?.expires, 60)
  assert.equal(claim?.sessionToken, 'to+ken/==')
  assert.equal(claim?.service, 'ssm')
})

test("a managed node's RSA signature in base64 is read whole", () => {
  const rsa = `${'A'.repeat(342)}==`
  const claim = readClaim(request(signed('mi-6890d5f6eff2d80d9/20150830/us-east-1/ssm/aws4_request', undefined, rsa)))
  assert.equal(claim?.signature, rsa)
  assert.equal(claim?.accessKeyId, 'mi-6890d5f6eff2d80d9')
})

test('commas without blanks and a trailing blank are read as well', () => {
  const tight = `AWS4-HMAC-SHA256 Credential=${key},SignedHeaders=host;x-amz-date,Signature=${signature} `
  assert.equal(readClaim(request({ Authorization: tight }))?.signature, signature)
})

test('a Date header, also in the form of RFC 1123, stands in for x-amz-date', () => {
  const dated = (text: string) => request({ 'X-Amz-Date': undefined, Date: text, ...signed(key, 'date;host') })
  assert.equal(readClaim(dated('Sun, 30 Aug 2015 12:36:00 GMT'))?.timestamp, '20150830T123600Z')
  assert.equal(readClaim(dated('20150830T123600Z'))?.timestamp, '20150830T123600Z')
  refuses(dated('Sunday'), 'incomplete', /^Date must be in ISO-8601 'basic format'\. Got 'Sunday'\./)
})

test('x-amz-date is believed before Date', () => {
  assert.equal(readClaim(request({ Date: 'Mon, 31 Aug 2015 12:36:00 GMT' }))?.timestamp, '20150830T123600Z')
})

test('what is missing is named in AWS’s words', () => {
  refuses(
    request({ Authorization: 'AWS4-HMAC-SHA256', 'X-Amz-Date': undefined }),
    'incomplete',
    /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\.$/,
  )
  refuses(
    presigned({ 'X-Amz-Credential': undefined, 'X-Amz-Date': undefined }),
    'incomplete',
    /^AWS query-string parameters must include 'X-Amz-Credential'\. AWS query-string parameters must include 'X-Amz-Date'\. Re-examine the query-string parameters\.$/,
  )
})

test('a date that is no date is refused', () => {
  for (const date of [
    '20151330T123600Z',
    '20150830T126000Z',
    '2015-08-30T12:36:00Z',
    '20150830T123600',
    'x'.repeat(16),
  ]) {
    refuses(request({ 'X-Amz-Date': date }), 'incomplete', /^Date must be in ISO-8601/)
  }
})

test('two signatures are refused, in whatever way there are two', () => {
  const both = { ...request(), target: presigned().target }
  refuses(
    both,
    'duplicate',
    /^Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header\.$/,
  )
  const twice = { ...request(), rawHeaders: [...headers(), ...headers().slice(-2)] }
  refuses(twice, 'duplicate', /Authorization/)
  const parts = { Authorization: `AWS4-HMAC-SHA256 Credential=${key}, Credential=${key}` }
  refuses(request(parts), 'duplicate', /Credential/)
  const repeated = presigned()
  refuses({ ...repeated, target: `${repeated.target}&X-Amz-Credential=x` }, 'duplicate', /X-Amz-Credential/)
  refuses({ ...repeated, target: `${repeated.target}&X%2DAmz%2DSignature=x` }, 'duplicate', /X-Amz-Signature/)
})

test('a second host, date or token is refused', () => {
  for (const name of ['host', 'x-amz-date', 'X-AMZ-SECURITY-TOKEN']) {
    const more = [...headers({ 'X-Amz-Security-Token': 't' }), name, 'other']
    refuses({ ...request(), rawHeaders: more }, 'duplicate', /Found more than one/)
  }
  const token = presigned({ 'X-Amz-Security-Token': 't' }, ['Host', 'a', 'X-Amz-Security-Token', 't'])
  refuses(token, 'duplicate', /duplicates a header/)
})

test('the host must be signed, and every x-amz-* header that is sent', () => {
  refuses(request(signed(key, 'x-amz-date')), 'unsigned-header', /^'Host' or ':authority' must be a 'SignedHeader'/)
  const target = { 'X-Amz-Target': 'AmazonSSM.SendCommand' }
  refuses(request(target), 'unsigned-header', /^'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization\.$/)
  refuses(presigned({}, ['Host', 'a', 'x-amz-acl', 'public']), 'unsigned-header', /x-amz-acl/)
  assert.ok(readClaim(request({ ...target, ...signed(key, 'host;x-amz-date;x-amz-target') })))
})

test('a token and the hash of the body may go unsigned', () => {
  const claim = readClaim(request({ 'X-Amz-Security-Token': 't', 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }))
  assert.equal(claim?.sessionToken, 't')
  assert.equal(claim?.contentSha256, 'UNSIGNED-PAYLOAD')
})

test('signed headers out of order, in capitals or twice are refused', () => {
  for (const names of ['x-amz-date;host', 'Host;x-amz-date', 'host;host;x-amz-date', ';host', 'host;']) {
    refuses(request(signed(key, names)), 'malformed', /SignedHeaders/)
  }
})

test('a credential that contradicts itself or the date is refused', () => {
  refuses(
    request(signed('a/b/c/d')),
    'incomplete',
    /^Credential must have exactly 5 slash-delimited elements.*got 'a\/b\/c\/d'$/,
  )
  refuses(request(signed(`${key}/x`)), 'incomplete', /exactly 5/)
  refuses(request(signed('A//us-east-1/ssm/aws4_request')), 'incomplete', /exactly 5/)
  refuses(request(signed('A/20150830/us-east-1/ssm/aws5')), 'scope', /valid terminator: 'aws4_request', not 'aws5'/)
  refuses(
    request(signed('A/20150831/us-east-1/ssm/aws4_request')),
    'scope',
    /'20150831' != '20150830', from '20150830T123600Z'\.$/,
  )
})

test('another algorithm or another scheme is refused', () => {
  refuses(request({ Authorization: 'AWS4-HMAC-SHA512 Credential=x' }), 'incomplete', /^Unsupported AWS 'algorithm'/)
  refuses(request({ Authorization: 'Bearer abc' }), 'incomplete', /^Unsupported AWS 'algorithm': 'Bearer'\.$/)
  refuses(presigned({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }), 'incomplete', /^Unsupported AWS 'algorithm'/)
})

test('a presigned request lives for a second at least and a week at most', () => {
  for (const expires of ['0', '-1', '604801', '1e3', '', '1.5', '99999999']) {
    refuses(presigned({ 'X-Amz-Expires': expires }), 'malformed', /between 1 and 604800 seconds/)
  }
  for (const expires of ['1', '604800']) {
    assert.equal(readClaim(presigned({ 'X-Amz-Expires': expires }))?.expires, Number(expires))
  }
})

test('only a path is a request target', () => {
  for (const target of ['http://localhost:7070/', 'x', '*', 'localhost:443', '']) {
    refuses({ ...request(), target }, 'malformed', /must be a path/)
  }
})

test('bad escapes and endless input are refused', () => {
  const target = presigned().target
  refuses({ ...request(), target: `${target}&%zz=1` }, 'malformed', /Illegal hex character/)
  refuses({ ...request(), target: `${target}&%4` }, 'malformed', /Incomplete trailing escape/)
  refuses({ ...request(), target: '/?X-Amz-Credential=%ff' }, 'malformed', /UTF-8/)
  refuses({ ...request(), target: `/?${'a&'.repeat(2000)}` }, 'malformed', /too many/)
  refuses({ ...request(), target: `/?${'a'.repeat(70_000)}` }, 'malformed', /too long/)
  refuses(request({ Authorization: `AWS4-HMAC-SHA256 ${'a'.repeat(9000)}` }), 'malformed', /too long/)
  refuses(request(signed(key, undefined, 'not a signature!')), 'malformed', /signature/)
})
