import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codecs, WireError } from './codec.ts'
import { fillPath } from './rest-route.ts'

const codec = codecs['resource-groups']
const bytes = (text: string) => new TextEncoder().encode(text)
const arn = 'arn:aws:resource-groups:us-east-1:123456789012:group/some'

test('what a client puts in a path comes out of it again, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
      // Half of a surrogate pair has no bytes to be sent as.
      fc.pre(value.isWellFormed())
      const path = fillPath('/resources/{Arn}/tags', { Arn: value }) ?? ''
      assert.deepEqual({ ...codec.route('GET', path)?.uri }, { Arn: value })
    }),
  )
})

test('an operation is found by its method and its whole path alone', () => {
  assert.equal(codec.route('GET', '/resources/a/tags')?.name, 'GetTags')
  assert.equal(codec.route('PUT', '/resources/a/tags')?.name, 'Tag')
  for (const [method, path] of [
    ['DELETE', '/resources/a/tags'],
    ['GET', '/resources/a/b/tags'],
    ['GET', '/resources//tags'],
    ['GET', '/resources/%E0/tags'],
    ['POST', '/groups/'],
    ['POST', ''],
    ['POST', '/'.repeat(10_000)],
  ] as const) {
    assert.equal(codec.route(method, path), undefined, `${method} ${path.slice(0, 40)}`)
  }
  assert.equal(codecs.ssm.route('POST', '/'), undefined)
})

test('the path and the query string say what stands there, and the body cannot say another thing', () => {
  const tag = codec.operation('Tag')
  const places = { uri: { Arn: arn }, query: '' }
  assert.deepEqual(JSON.parse(JSON.stringify(tag?.decode(bytes('{"Arn":"other","Tags":{"a":"b"}}'), places))), {
    Arn: arn,
    Tags: { a: 'b' },
  })
  const list = codec.operation('ListGroups')
  assert.deepEqual(list?.decode(bytes('{"maxResults":7}'), { uri: {}, query: 'maxResults=2&other=3' }), {
    MaxResults: 2,
  })
  assert.deepEqual(list?.decode(bytes(''), { uri: {}, query: 'nextToken=YQ%3D%3D' }), { NextToken: 'YQ==' })
  for (const [body, query] of [
    ['', 'maxResults=x'],
    ['', 'maxResults=1e2'],
    ['', 'maxResults=%zz'],
    ['[]', ''],
  ] as const) {
    assert.throws(() => list?.decode(bytes(body), { uri: {}, query }), WireError, `${body} ${query}`)
  }
})

test('a request line carries what does not stand in the body', () => {
  assert.deepEqual(codec.operation('GetTags')?.requestLine({ Arn: arn }), {
    method: 'GET',
    target: `/resources/${encodeURIComponent(arn)}/tags`,
  })
  assert.equal(codec.operation('GetTags')?.encodeInput({ Arn: arn }), '')
  const input = { MaxResults: 2, NextToken: 'a=', Filters: [] }
  assert.equal(codec.operation('ListGroups')?.requestLine(input).target, '/groups-list?maxResults=2&nextToken=a%3D')
  assert.equal(codec.operation('ListGroups')?.encodeInput(input), '{"Filters":[]}')
})
