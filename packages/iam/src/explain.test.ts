import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePolicy, contextOf, decide, denialMessage, type PolicySet, principalOf, readPolicy } from './index.ts'

const node = 'arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-1'
const user = 'arn:aws:iam::123456789012:user/alice'

function policy(name: string, ...statements: readonly object[]) {
  return compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), { name })
}

function ask(policies: PolicySet, resource = node) {
  const context = contextOf({ 'ssm:resourceTag/Finance': 'WebServer' })
  return decide({ principal: principalOf(user), action: 'ssm:SendCommand', resource, context }, policies)
}

const open = { Effect: 'Allow', Action: '*', Resource: '*' }

test('an allowed request names the statements that allow it', () => {
  const decision = ask({
    identity: [
      policy('other', { Effect: 'Allow', Action: 's3:*', Resource: '*' }),
      policy('mine', { ...open, Sid: 'All' }),
    ],
    boundary: policy('border', open),
  })

  assert.deepEqual(decision.reasons, [
    { policyType: 'identity', policy: { name: 'mine' }, statement: 0, sid: 'All', did: 'allowed', mismatches: [] },
    { policyType: 'boundary', policy: { name: 'border' }, statement: 0, did: 'allowed', mismatches: [] },
  ])
})

test('an explicit denial names the statements that deny', () => {
  const decision = ask({ identity: [policy('mine', open, { Effect: 'Deny', Action: 'ssm:*', Resource: '*' })] })

  assert.deepEqual(decision.reasons, [
    { policyType: 'identity', policy: { name: 'mine' }, statement: 1, did: 'denied', mismatches: [] },
  ])
})

test('an implicit denial tells which element of the nearest statement failed on which value', () => {
  const decision = ask({
    identity: [
      policy(
        'mine',
        { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' },
        {
          Effect: 'Allow',
          Action: 'ssm:SendCommand',
          Resource: 'arn:aws:ec2:*:*:instance/*',
          Condition: { Null: { 'aws:x': 'false' } },
        },
        {
          Effect: 'Allow',
          Action: 'ssm:*',
          Resource: '*',
          Condition: { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } },
        },
      ),
    ],
  })

  assert.deepEqual(
    decision.reasons.map(({ statement, did }) => [statement, did]),
    [
      [2, 'nearly matched'],
      [1, 'nearly matched'],
      [0, 'nearly matched'],
    ],
  )
  assert.deepEqual(decision.reasons[0]?.mismatches, [
    {
      element: 'Condition',
      operator: 'StringLike',
      key: 'ssm:resourceTag/Finance',
      wanted: ['WebServers'],
      got: ['WebServer'],
    },
  ])
  assert.deepEqual(decision.reasons[1]?.mismatches, [
    { element: 'Resource', wanted: ['arn:aws:ec2:*:*:instance/*'], got: [node] },
    { element: 'Condition', operator: 'Null', key: 'aws:x', wanted: ['false'], got: undefined },
  ])
})

test('a statement that nobody understands is told as such', () => {
  const decision = ask({ identity: [policy('mine', { ...open, Condition: { StringSounds: { 'a:b': 'c' } } })] })

  assert.deepEqual(decision.reasons[0]?.mismatches, [
    { element: 'Statement', wanted: ['unknown condition operator StringSounds'], got: undefined },
  ])
})

test('a trust policy that names others is told by its principals', () => {
  const resource = {
    policy: policy('trust', { Effect: 'Allow', Principal: { AWS: '210987654321' }, Action: '*' }),
    required: true,
  }

  assert.deepEqual(ask({ identity: [policy('mine', open)], resource }).reasons[0]?.mismatches, [
    { element: 'Principal', wanted: ['210987654321'], got: [user] },
  ])
})

test('of service control policies only the level that is silent is told', () => {
  const decision = ask({
    identity: [policy('mine', open)],
    scps: [[policy('root', open)], [policy('unit', { Effect: 'Allow', NotAction: 'ssm:*', Resource: '*' })]],
  })

  assert.deepEqual(
    decision.reasons.map(({ policy: { name }, mismatches }) => [name, mismatches[0]?.element]),
    [['unit', 'NotAction']],
  )
})

test('however many statements there are, only the nearest are told', () => {
  const many = Array.from({ length: 500 }, () => ({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))

  assert.equal(ask({ identity: [policy('mine', ...many)] }).reasons.length, 5)
})

// The texts: IAM guide, "Access denied error message examples".
const texts: readonly (readonly [
  effect: 'ImplicitlyDenied' | 'ExplicitlyDenied',
  by: 'scp' | 'rcp' | 'resource' | 'identity' | 'boundary' | 'session',
  end: string,
])[] = [
  ['ImplicitlyDenied', 'identity', 'because no identity-based policy allows the ssm:X action'],
  ['ImplicitlyDenied', 'resource', 'because no resource-based policy allows the ssm:X action'],
  ['ImplicitlyDenied', 'boundary', 'because no permissions boundary allows the ssm:X action'],
  ['ImplicitlyDenied', 'session', 'because no session policy allows the ssm:X action'],
  ['ImplicitlyDenied', 'scp', 'because no service control policy allows the ssm:X action'],
  ['ExplicitlyDenied', 'identity', 'with an explicit deny in an identity-based policy'],
  ['ExplicitlyDenied', 'resource', 'with an explicit deny in a resource-based policy'],
  ['ExplicitlyDenied', 'boundary', 'with an explicit deny in a permissions boundary'],
  ['ExplicitlyDenied', 'session', 'with an explicit deny in a session policy'],
  ['ExplicitlyDenied', 'scp', 'with an explicit deny in a service control policy'],
  ['ExplicitlyDenied', 'rcp', 'with an explicit deny in a resource control policy'],
]

for (const [effect, deniedBy, end] of texts) {
  test(`a message ends ${end}`, () => {
    const message = denialMessage(
      { effect, deniedBy, reasons: [], keysAsked: () => ({}) },
      { callerArn: user, action: 'ssm:X', resource: '*' },
    )

    assert.equal(message, `User: ${user} is not authorized to perform: ssm:X ${end}`)
  })
}

test('a refusal to assume a role speaks of its trust policy', () => {
  const request = { callerArn: user, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/Ops' }
  const start = `User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${request.resource}`

  assert.equal(
    denialMessage({ effect: 'ImplicitlyDenied', deniedBy: 'resource', reasons: [], keysAsked: () => ({}) }, request),
    `${start} because no role trust policy allows the sts:AssumeRole action`,
  )
  assert.equal(
    denialMessage({ effect: 'ExplicitlyDenied', deniedBy: 'resource', reasons: [], keysAsked: () => ({}) }, request),
    `${start} with an explicit deny in the role trust policy`,
  )
})
