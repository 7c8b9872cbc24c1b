import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocument, encodedDocument } from './policy-document.ts'

const statement = { Effect: 'Allow', Action: 'ssm:*', Resource: '*' }

test('a policy with a fault is refused with the place of the fault', () => {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement, { ...statement, Effect: 'allow' }] })

  assert.throws(
    () => checkDocument(document, 'user', ''),
    (error: Error & { code?: string }) =>
      error.code === 'MalformedPolicyDocument' && error.message.includes('Statement[1]'),
  )
})

test('a policy that is too long exceeds a limit, in the words of its kind', () => {
  const document = JSON.stringify({ Statement: { ...statement, Action: `ssm:${'x'.repeat(7000)}` } })

  assert.throws(() => checkDocument(document, 'managed', 'too long for us'), {
    code: 'LimitExceeded',
    message: 'too long for us',
  })
})

test('a document is encoded by RFC 3986, also where encodeURIComponent is not', () => {
  const document = `{"a": "it's (so) *!"}`

  const encoded = encodedDocument(document)

  assert.match(encoded, /^[A-Za-z0-9\-._~%]+$/)
  assert.equal(decodeURIComponent(encoded), document)
})
