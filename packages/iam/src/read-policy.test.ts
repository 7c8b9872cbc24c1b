import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePolicy, contextOf, decide, MalformedPolicy, principalOf, readPolicy } from './index.ts'

const whole = { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: '*' }

function effectOf(version: unknown, ...statements: readonly object[]): string {
  const document = readPolicy(JSON.stringify({ Version: version, Statement: statements }))
  return decide(
    {
      principal: principalOf('arn:aws:iam::123456789012:user/alice'),
      action: 'ssm:SendCommand',
      resource: 'arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-1',
      context: contextOf({ 'aws:username': 'alice' }),
    },
    { identity: [compilePolicy(document, { name: 'read' })] },
  ).effect
}

const strange: readonly (readonly [says: string, changes: object])[] = [
  ['an unknown element', { Conditon: { StringEquals: { 'aws:username': 'bob' } } }],
  ['an unknown operator', { Condition: { StringSounds: { 'aws:username': 'alice' } } }],
  ['a condition of a wrong type', { Condition: 'aws:username=bob' }],
  ['a condition value of a wrong type', { Condition: { StringEquals: { 'aws:username': [null] } } }],
  ['no action', { Action: undefined }],
  ['no resource', { Resource: undefined }],
  ['both Resource and NotResource', { NotResource: 'arn:aws:s3:::*' }],
  ['a resource of a wrong type', { Resource: 7 }],
  ['a list of resources of which one is of a wrong type', { Resource: ['arn:aws:s3:::b', 7] }],
  ['a list of actions of which one is of a wrong type', { Action: ['s3:*', 7] }],
]

for (const [says, changes] of strange) {
  test(`an Allow with ${says} never allows`, () => {
    assert.equal(effectOf('2012-10-17', { ...whole, ...changes }), 'ImplicitlyDenied')
  })

  test(`a Deny with ${says} still denies`, () => {
    assert.equal(effectOf('2012-10-17', whole, { ...whole, Effect: 'Deny', ...changes }), 'ExplicitlyDenied')
  })
}

test('what only looks like a Deny denies, what only looks like an Allow does not allow', () => {
  assert.equal(effectOf('2012-10-17', { ...whole, Effect: 'allow' }), 'ImplicitlyDenied')
  assert.equal(effectOf('2012-10-17', whole, { ...whole, Effect: 'DENY' }), 'ExplicitlyDenied')
})

test('under an unknown version nothing allows and every Deny denies', () => {
  assert.equal(effectOf('2030-01-01', whole), 'ImplicitlyDenied')
  assert.equal(effectOf('2030-01-01', { ...whole, Effect: 'Deny' }), 'ExplicitlyDenied')
})

test('an action without colon grants nothing but restricts', () => {
  assert.equal(effectOf('2012-10-17', { ...whole, Action: 'ssm*' }), 'ImplicitlyDenied')
  assert.equal(effectOf('2012-10-17', whole, { ...whole, Effect: 'Deny', Action: 'ssm*' }), 'ExplicitlyDenied')
  assert.equal(effectOf('2012-10-17', { Effect: 'Allow', NotAction: 'ssm*', Resource: '*' }), 'ImplicitlyDenied')
})

test('a statement that is understood works beside one that is not', () => {
  assert.equal(effectOf('2012-10-17', { ...whole, Future: true }, whole), 'Allowed')
})

test('an entry whose variable has no value matches nothing, in Resource and in NotResource', () => {
  const own = `arn:aws:ssm:*:*:managed-instance/\${aws:PrincipalTag/node}`

  assert.equal(effectOf('2012-10-17', { ...whole, Resource: own }), 'ImplicitlyDenied')
  assert.equal(effectOf('2012-10-17', { Effect: 'Allow', Action: '*', NotResource: own }), 'Allowed')
})

test('only what is no JSON object, too long, too deep or ambiguous is refused', () => {
  for (const text of ['', 'null', '[]', '{"a":1,"a":2}', `{"a":${'['.repeat(50)}`, `{"a":"${'x'.repeat(600_000)}"}`]) {
    assert.throws(() => readPolicy(text), MalformedPolicy, text.slice(0, 20))
  }
  assert.deepEqual(readPolicy('{}').statements, [])
})
