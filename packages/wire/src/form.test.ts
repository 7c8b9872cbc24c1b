import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clientCall, codecs, WireError } from './codec.ts'
import { parseForm } from './form.ts'
import { formDecoders } from './form-decode.ts'
import { formEncoders } from './form-encode.ts'
import { serviceModel } from './service-models.ts'
import { shapesOf } from './shape.ts'
import { valuesOf } from './shape-arbitrary.ts'

test('lists are read by number, in order, gaps and all', () => {
  assert.deepEqual(
    decode(
      'TagRole',
      'RoleName=r&Tags.member.10.Key=b&Tags.member.10.Value=2&Tags.member.2.Key=a&Tags.member.2.Value=',
    ),
    {
      RoleName: 'r',
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'b', Value: '2' },
      ],
    },
  )
})

test('an empty list is a name without a value', () => {
  assert.deepEqual(decode('CreateUser', 'UserName=bob&Tags='), { UserName: 'bob', Tags: [] })
})

test('plus and percent escapes are undone, in names too', () => {
  assert.deepEqual(decode('UpdateRole', 'Role%4eame=r&Description=a+b%2Bc%C3%A9'), {
    RoleName: 'r',
    Description: 'a b+cé',
  })
})

test('the same form is read from a query string', () => {
  assert.deepEqual(decode('GetUser', 'Action=GetUser&Version=2010-05-08&UserName=bob&X-Amz-Signature=abc'), {
    UserName: 'bob',
  })
})

for (const [what, form, code] of [
  ['a false percent escape', 'UserName=%zz', 'MalformedQueryString'],
  ['an escape that is not UTF-8', 'UserName=%ff', 'MalformedQueryString'],
  ['a list number that is none', 'UserName=bob&Tags.member.x.Key=a', 'MalformedInput'],
  ['a list number of zero', 'UserName=bob&Tags.member.0.Key=a', 'MalformedInput'],
  ['a list number beyond reason', 'UserName=bob&Tags.member.99999999999.Key=a', 'MalformedInput'],
  ['a name where a value belongs', 'UserName.x=bob', 'MalformedInput'],
  ['a name of too many parts', `${'a.'.repeat(16)}b=1`, 'MalformedQueryString'],
  ['a name that is too long', `${'a'.repeat(513)}=1`, 'MalformedQueryString'],
  ['too many parameters', 'a=1&'.repeat(10_000), 'MalformedQueryString'],
] as const) {
  test(`a form with ${what} is refused`, () => {
    assert.throws(() => decode('CreateUser', form), { name: 'WireError', code })
  })
}

for (const [text, message] of [
  ['MaxItems=ten', 'STRING_VALUE can not be converted to an Integer'],
  ['MaxItems=1e3', 'STRING_VALUE can not be converted to an Integer'],
  ['MaxItems=', 'STRING_VALUE can not be converted to an Integer'],
  ['OnlyAttached=yes', 'STRING_VALUE can not be converted to a Boolean'],
] as const) {
  test(`${text} is refused in AWS's words`, () => {
    assert.throws(() => decode('ListPolicies', text), { code: 'MalformedInput', message })
  })
}

test('a number or boolean is read from its text', () => {
  assert.deepEqual(decode('ListPolicies', 'MaxItems=10&OnlyAttached=true'), { MaxItems: 10, OnlyAttached: true })
})

test('a parameter that means something to JavaScript is only a parameter', () => {
  assert.deepEqual(decode('GetUser', '__proto__.UserName=x&constructor=y&UserName=bob'), { UserName: 'bob' })
})

test('a request of ours is read as it was meant', () => {
  const input = { RoleName: 'r', Tags: [{ Key: 'k =+', Value: 'é/ü' }] }
  const { headers, body } = clientCall('iam', 'TagRole', input)
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded; charset=utf-8')
  assert.deepEqual(codecs.iam.operation('TagRole')?.decode(body), input)
  assert.equal(parseForm(body).parts.get('Action')?.text, 'TagRole')
})

test('what the form encoder writes, the decoder reads: every input of every operation', () => {
  for (const service of ['iam', 'sts', 'ssm'] as const) {
    const [shape, encode, decode] = [shapesOf(serviceModel(service)), formEncoders(), formDecoders()]
    for (const { input } of Object.values(serviceModel(service).operations)) {
      if (input === undefined) continue
      const roundTrip = (value: unknown) => {
        const form: string[] = []
        encode(shape(input)).run(value, '', form)
        const decoded = decode(shape(input)).run(parseForm(new TextEncoder().encode(form.join('&'))))
        assert.deepEqual(decoded, value)
      }
      fc.assert(fc.property(valuesOf(shape(input)), roundTrip), { numRuns: 3 })
    }
  }
})

test('no bytes make the parser throw anything but a WireError', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom(...'aA.=&%+1member') }).map(bytesOf)),
      (body) => {
        try {
          codecs.iam.operation('TagRole')?.decode(body)
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
        }
      },
    ),
  )
})

function decode(operation: string, form: string): unknown {
  return codecs.iam.operation(operation)?.decode(bytesOf(form))
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
