import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, everything, nothing, policy, root, session, user } from './ask-for-tests.ts'
import {
  type ContextRecord,
  contextLayer,
  contextOf,
  decide,
  decideMany,
  type PolicySet,
  principalOf,
} from './index.ts'

test('what AWS owns belongs to no other account', () => {
  for (const resource of [
    'arn:aws:ssm:us-east-1::document/AWS-RunShellScript',
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
  ]) {
    assert.equal(ask(user, { identity: [everything] }, { resource }).effect, 'Allowed', resource)
  }
})

test('an explicit deny is named after the first type that has one', () => {
  const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' })
  const denyAll = { policy: policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }), required: false }
  const order: readonly (readonly [type: string, set: Partial<PolicySet>])[] = [
    ['session', { session: [deny] }],
    ['boundary', { boundary: deny }],
    ['identity', { identity: [deny] }],
    ['resource', { resource: denyAll }],
    ['rcp', { rcps: [[denyAll.policy]] }],
    ['scp', { scps: [[deny]] }],
  ]
  let policies: Partial<PolicySet> = { identity: [everything] }
  for (const [type, set] of order) {
    policies = { ...policies, ...set }
    const decision = ask(session, policies)
    assert.deepEqual([decision.effect, decision.deniedBy], ['ExplicitlyDenied', type])
  }
})

test('every level of service control policies must allow', () => {
  assert.equal(ask(user, { identity: [everything], scps: [[everything], [nothing, everything]] }).effect, 'Allowed')
  assert.equal(ask(user, { identity: [everything], scps: [[everything], [nothing]] }).deniedBy, 'scp')
  assert.equal(ask(user, { identity: [everything], scps: [[everything], []] }).deniedBy, 'scp')
})

test('every level of resource control policies must allow, and they carry a principal', () => {
  const open = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })

  assert.equal(ask(user, { identity: [everything], rcps: [[open]] }).effect, 'Allowed')
  assert.equal(ask(user, { identity: [everything], rcps: [[nothing]] }).deniedBy, 'rcp')
})

test('the root user needs no identity policy but obeys the other types', () => {
  const deny = {
    policy: policy({ Effect: 'Deny', Principal: { AWS: root }, Action: '*', Resource: '*' }),
    required: false,
  }

  assert.equal(ask(root, {}).effect, 'Allowed')
  assert.equal(ask(root, { scps: [[nothing]] }).deniedBy, 'scp')
  assert.equal(ask(root, { resource: deny }).effect, 'ExplicitlyDenied')
  assert.equal(ask(root, {}, { resourceAccount: '210987654321' }).deniedBy, 'resource')
})

test('one of several session policies suffices, and an empty list allows nothing', () => {
  assert.equal(ask(session, { identity: [everything], session: [nothing, everything] }).effect, 'Allowed')
  assert.equal(ask(session, { identity: [everything], session: [] }).deniedBy, 'session')
})

test('a Deny in one of several session policies suffices', () => {
  const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' })

  assert.equal(ask(session, { identity: [everything], session: [everything, deny] }).effect, 'ExplicitlyDenied')
})

test('nobody is kept from asking who they are', () => {
  const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' })
  const request = { action: 'sts:GetCallerIdentity', resource: '*' }

  assert.equal(ask(user, { identity: [deny], scps: [[deny]] }, request).effect, 'Allowed')
  assert.equal(ask('anonymous', {}, request).effect, 'ImplicitlyDenied')
})

test('a statement with a principal grants nothing when it is attached to a caller', () => {
  const stray = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })

  assert.equal(ask(user, { identity: [stray] }).deniedBy, 'identity')
})

test('Deny statements can be shown another context than Allow statements', () => {
  const key = 'ssm:SessionDocumentAccessCheck'
  const allowNamed = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { [key]: 'true' } } }
  const denyUnnamed = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { [key]: 'false' } } }
  const request = {
    context: contextOf({ [key]: { oneOf: ['true', 'false'] } }),
    denyContext: contextOf({ [key]: 'true' }),
  }

  assert.equal(ask(user, { identity: [policy(allowNamed, denyUnnamed)] }, request).effect, 'Allowed')

  const resource = { policy: policy({ ...denyUnnamed, Principal: '*' }), required: false }
  assert.equal(ask(user, { identity: [policy(allowNamed)], resource }, request).effect, 'Allowed')
})

test('many resources are decided each as it would be alone', () => {
  const tags = (team: string): ContextRecord => ({ 'aws:ResourceTag/team': team })
  const policies: PolicySet = {
    identity: [
      policy(
        {
          Effect: 'Allow',
          Action: 'ssm:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
        },
        { Effect: 'Allow', Action: 'ssm:*', Resource: `arn:aws:ssm:*:*:managed-instance/\${aws:username}*` },
        { Effect: 'Allow', Action: 'ssm:*', Resource: `arn:aws:ssm:*:*:managed-instance/*\${aws:ResourceTag/team}` },
        { Effect: 'Allow', Action: 'ssm:*', Resource: '*', Condition: { StringEquals: { 'aws:username': 'bob' } } },
        {
          Effect: 'Deny',
          Action: 'ssm:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:username': 'alice', 'aws:ResourceTag/team': 'hr' } },
        },
      ),
    ],
  }
  const request = {
    principal: principalOf(user),
    action: 'ssm:SendCommand',
    context: contextOf({ 'aws:username': 'alice', 'aws:PrincipalTag/team': 'web' }),
  }
  const nodes = ['web', 'hr', 'db', 'alice'].flatMap((team) =>
    ['alice-1', 'x-db', 'y'].map((id) => ({
      resource: `arn:aws:ssm:us-east-1:123456789012:managed-instance/${id}`,
      layer: contextLayer(tags(team)),
      record: tags(team),
    })),
  )
  const alone = nodes.map(({ resource, record }) =>
    decide(
      { ...request, resource, context: contextOf({ 'aws:username': 'alice', 'aws:PrincipalTag/team': 'web' }, record) },
      policies,
    ),
  )

  const together = decideMany(request, nodes, policies)

  assert.deepEqual(
    together.map((one) => [one.effect, one.reasons]),
    alone.map((one) => [one.effect, one.reasons]),
  )
  assert.equal(new Set(alone.map((one) => one.effect)).size, 3)
})
