import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalRequest, type PathRules } from './sigv4.ts'

const usual: PathRules = { normalizePath: true, encodePathTwice: true }
const s3: PathRules = { normalizePath: false, encodePathTwice: false }

function linesOf(target: string, rules = usual, form: 'header' | 'query' = 'header', rawHeaders = ['Host', 'a']) {
  const request = { method: 'GET', target, rawHeaders }
  return canonicalRequest(request, { form, signedHeaders: ['host'] }, 'HASH', rules).split('\n')
}
const pathOf = (target: string, rules?: PathRules) => linesOf(target, rules)[1]
const queryOf = (query: string, form?: 'header' | 'query') => linesOf(`/?${query}`, usual, form)[2]
const headerLineOf = (...values: string[]) =>
  canonicalRequest(
    { method: 'GET', target: '/', rawHeaders: ['Host', 'a', ...values.flatMap((value) => ['My-Header', value])] },
    { form: 'header', signedHeaders: ['my-header'] },
    'HASH',
    usual,
  ).split('\n')[3]

test('an escaped path is escaped again, but not for S3', () => {
  assert.equal(pathOf('/a%20b'), '/a%2520b')
  assert.equal(pathOf('/a%20b', s3), '/a%20b')
})

test('dots and empty segments are resolved, but not for S3', () => {
  assert.equal(pathOf('/a/../../b/./c//'), '/b/c/')
  assert.equal(pathOf('/a/../b/./c//', s3), '/a/../b/./c//')
})

test('a path for S3 is signed as it was sent', () => {
  for (const path of ['/k%7e%28a%29+b', '/k~(a)%2Bb', '/a%2fb']) assert.equal(pathOf(path, s3), path)
  assert.equal(pathOf(Buffer.from('/é f').toString('latin1'), s3), '/%C3%A9%20f')
})

test('a query is sorted by encoded name and then by value', () => {
  assert.equal(queryOf('b=2&a-b=1&a=2&a=10&B=x'), 'B=x&a=10&a=2&a-b=1&b=2')
})

test('a query has one form, however the client escaped it', () => {
  assert.equal(queryOf('k%65y=%7e%2f'), 'key=~%2F')
  assert.equal(queryOf('a=b c'), 'a=b%20c')
  assert.equal(queryOf('a=b+c'), 'a=b%20c')
  assert.equal(queryOf('a&b=&c=d=e'), 'a=&b=&c=d%3De')
})

test('only a presigned request leaves its signature out', () => {
  assert.equal(queryOf('a=1&X-Amz-Signature=x', 'query'), 'a=1')
  assert.equal(queryOf('a=1&X-Amz-Signature=x', 'header'), 'X-Amz-Signature=x&a=1')
})

test('a header value is trimmed, its blanks are made one, and folded lines are joined', () => {
  assert.equal(headerLineOf('  a   b\t c '), 'my-header:a b c')
  assert.equal(headerLineOf('a\r\n   b'), 'my-header:a b')
  assert.equal(headerLineOf('   '), 'my-header:')
  assert.equal(headerLineOf(''), 'my-header:')
})

test('a header that came twice is joined in the order it came in', () => {
  assert.equal(headerLineOf('b', ' a', 'b'), 'my-header:b,a,b')
})

test('bytes beyond ASCII in a header are the UTF-8 they were', () => {
  assert.equal(headerLineOf(Buffer.from('Grüße').toString('latin1')), 'my-header:Grüße')
  assert.throws(() => headerLineOf('\xff'), { name: 'SignatureError', reason: 'malformed' })
})

test('a signed header that is not there is refused', () => {
  assert.throws(() => linesOf('/', usual, 'header', []), { name: 'SignatureError', reason: 'malformed' })
})

test('the host keeps its port', () => {
  assert.equal(linesOf('/', usual, 'header', ['HOST', 'localhost:7070'])[3], 'host:localhost:7070')
})
