import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { given } from '@fairlead/testkit/given'

// Every fault that a text can have is in packages/iam; here is what callers of the API are told of each kind.

const { root } = await given({ after })
await root.query('iam', 'CreateUser', { UserName: 'alice' })
const statement = { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: '*' }
const text = (changes: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...changes }] })
const when = (operator: string, value: unknown) => text({ Condition: { [operator]: { 'aws:SourceIp': value } } })
const twice = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}'

const malformed: Readonly<Record<string, string>> = {
  'a wrong type': text({ Action: 7 }),
  'a list of wrong types': text({ Resource: ['*', {}] }),
  'a key given twice': twice,
  'too deep': `{"Statement":${'['.repeat(1_000)}${']'.repeat(1_000)}}`,
  'an unknown element': text({ Principals: '*' }),
  'an empty list': text({ Action: [] }),
  'no statements': '{"Version":"2012-10-17","Statement":[]}',
  'a bad ARN': text({ Resource: 'arn:aws:ssm:document/x' }),
  'a bad variable': text({ Resource: 'arn:aws:ssm:*:*:document/${aws:username' }),
  'a bad date': when('DateLessThan', '2026-13-01T00:00:00Z'),
  'a bad CIDR': when('IpAddress', '10.0.0.0/99'),
  'an unknown operator': when('StringSounds', 'x'),
  'half of a surrogate pair, escaped': text({ Resource: 'X' }).replace('X', 'arn:aws:ssm:*:*:document/\\ud800'),
  'a NUL, escaped': text({ Resource: 'X' }).replace('X', 'arn:aws:ssm:*:*:document/\\u0000'),
}

for (const [says, PolicyDocument] of Object.entries(malformed)) {
  test(`a policy with ${says} is malformed, for users and as a managed policy`, async () => {
    const put = root.query('iam', 'PutUserPolicy', { UserName: 'alice', PolicyName: 'bad', PolicyDocument })
    const create = root.query('iam', 'CreatePolicy', { PolicyName: 'bad', PolicyDocument })

    await assert.rejects(put, { code: 'MalformedPolicyDocument', status: 400 })
    await assert.rejects(create, { code: 'MalformedPolicyDocument', status: 400 })
  })
}

test('characters that no policy may have do not get as far as its text', async () => {
  for (const character of ['\u0000', '\ufffe', '\u0007']) {
    const PolicyDocument = text({ Sid: 'X' }).replace('X', character)

    await assert.rejects(root.query('iam', 'PutUserPolicy', { UserName: 'alice', PolicyName: 'bad', PolicyDocument }), {
      status: 400,
    })
  }
})

test('ten thousand statements, or one that is too long, exceed a limit and take no time', async () => {
  const statements = JSON.stringify({ Version: '2012-10-17', Statement: Array(10_000).fill(statement) })
  const long = text({ Resource: `arn:aws:ssm:*:*:document/${'x'.repeat(7_000)}` })
  const began = performance.now()

  for (const PolicyDocument of [statements, long]) {
    for (const call of [
      root.query('iam', 'CreatePolicy', { PolicyName: 'bad', PolicyDocument }),
      root.query('iam', 'PutUserPolicy', { UserName: 'alice', PolicyName: 'bad', PolicyDocument }),
    ]) {
      const error = await call.then(
        () => assert.fail('was accepted'),
        (refusal: { code: string; status: number }) => refusal,
      )
      assert.ok(['LimitExceeded', 'ValidationError', 'MalformedPolicyDocument'].includes(error.code), error.code)
    }
  }
  assert.ok(performance.now() - began < 5_000)
})

test('of all that was refused nothing was kept', async () => {
  assert.doesNotMatch(await root.query('iam', 'ListUserPolicies', { UserName: 'alice' }), /bad/)
  assert.doesNotMatch(await root.query('iam', 'ListPolicies', { Scope: 'Local' }), /bad/)
})
