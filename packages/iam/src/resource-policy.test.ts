import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, everything, nothing, policy, role, root, session, user } from './ask-for-tests.ts'

function grantTo(principal: unknown) {
  return { policy: policy({ Effect: 'Allow', Principal: principal, Action: 's3:*', Resource: '*' }), required: false }
}

// IAM guide, "Policy evaluation logic": what a grant of the resource bypasses inside one account.
const bypasses: readonly (readonly [
  name: string,
  grantee: unknown,
  identity: boolean,
  boundary: boolean,
  session: boolean,
])[] = [
  [user, { AWS: user }, true, true, true],
  [session, { AWS: session }, true, true, true],
  [session, { AWS: role }, true, false, false],
  [user, '*', true, true, false],
  [session, { AWS: '*' }, true, true, false],
  [user, { AWS: '123456789012' }, false, false, false],
  [session, { AWS: root }, false, false, false],
]

for (const [name, grantee, identity, boundary, sessionPolicy] of bypasses) {
  test(`a resource that names ${JSON.stringify(grantee)} lets ${name} pass what it should, and no more`, () => {
    const resource = grantTo(grantee)
    const identities = identity ? [] : [everything]

    assert.equal(ask(name, { resource }).effect === 'Allowed', identity, 'a silent identity')
    assert.equal(
      ask(name, { resource, identity: identities, boundary: nothing }).effect === 'Allowed',
      boundary,
      'a silent boundary',
    )
    assert.equal(
      ask(name, { resource, identity: identities, session: [nothing] }).effect === 'Allowed',
      sessionPolicy,
      'a silent session policy',
    )
  })
}

test('across accounts the grant of the resource does not replace the identity side', () => {
  const decision = ask(user, { resource: grantTo({ AWS: user }) }, { resourceAccount: '210987654321' })

  assert.deepEqual([decision.effect, decision.deniedBy], ['ImplicitlyDenied', 'identity'])
})

test('across accounts the boundary and the session policy must allow as well', () => {
  const both = { resource: grantTo({ AWS: session }), identity: [everything] }
  const request = { resourceAccount: '210987654321' }

  assert.equal(ask(session, both, request).effect, 'Allowed')
  assert.equal(ask(session, { ...both, boundary: nothing }, request).deniedBy, 'boundary')
  assert.equal(ask(session, { ...both, session: [nothing] }, request).deniedBy, 'session')
})

test('the account of the resource is read from its ARN', () => {
  const resource = 'arn:aws:ssm:us-east-1:210987654321:document/Shared'

  assert.equal(ask(user, { identity: [everything] }, { resource }).deniedBy, 'resource')
})

test('services and anonymous callers have only what a resource gives them', () => {
  const all = { identity: [everything], boundary: everything }

  assert.equal(ask('ssm.amazonaws.com', all).deniedBy, 'resource')
  assert.equal(ask('ssm.amazonaws.com', { resource: grantTo({ Service: 'ssm.amazonaws.com' }) }).effect, 'Allowed')
  assert.equal(ask('ec2.amazonaws.com', { resource: grantTo({ Service: 'ssm.amazonaws.com' }) }).deniedBy, 'resource')
  assert.equal(ask('anonymous', { resource: grantTo({ AWS: '123456789012' }) }).deniedBy, 'resource')
  assert.equal(ask('anonymous', { resource: grantTo('*') }).effect, 'Allowed')
})

test('a web identity is known by its provider', () => {
  const provider = 'arn:aws:iam::123456789012:oidc-provider/id.example.com'
  const principal = { kind: 'federated', account: '', arn: 'id.example.com:sub', provider } as const
  const trust = {
    policy: policy({ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:*' }),
    required: true,
  }
  const request = { principal, action: 'sts:AssumeRoleWithWebIdentity', resource: role }

  assert.equal(ask(user, { resource: trust }, request).effect, 'Allowed')
  assert.equal(
    ask(user, { resource: trust }, { ...request, principal: { ...principal, provider: 'other' } }).deniedBy,
    'resource',
  )
})

test('a wildcard inside a principal matches nobody', () => {
  const resource = grantTo({ AWS: 'arn:aws:iam::123456789012:user/*' })

  assert.equal(ask(user, { resource, identity: [nothing] }).deniedBy, 'identity')
})

test('a role is assumed only by whom its trust policy names', () => {
  const trusts = (principal: unknown) => ({
    policy: policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }),
    required: true,
  })
  const request = { action: 'sts:AssumeRole', resource: role }

  assert.equal(
    ask(user, { identity: [everything], resource: { policy: undefined, required: true } }, request).deniedBy,
    'resource',
  )
  assert.equal(ask(user, { resource: trusts({ AWS: user }) }, request).effect, 'Allowed')
  assert.equal(ask(user, { resource: trusts({ AWS: root }) }, request).deniedBy, 'identity')
  assert.equal(ask(user, { identity: [everything], resource: trusts({ AWS: root }) }, request).effect, 'Allowed')
  assert.equal(
    ask('ssm.amazonaws.com', { resource: trusts({ Service: ['ssm.amazonaws.com'] }) }, request).effect,
    'Allowed',
  )
})

test('NotPrincipal spares a caller only when its account and all it acts as are listed', () => {
  const spare = (...listed: readonly string[]) => ({
    policy: policy({ Effect: 'Deny', NotPrincipal: { AWS: listed }, Action: '*', Resource: '*' }),
    required: false,
  })
  const effect = (name: string, ...listed: readonly string[]) =>
    ask(name, { identity: [everything], resource: spare(...listed) }).effect

  assert.equal(effect(user, user, root), 'Allowed')
  assert.equal(effect(user, user), 'ExplicitlyDenied')
  assert.equal(effect(user, root), 'ExplicitlyDenied')
  assert.equal(effect(session, session, role, root), 'Allowed')
  assert.equal(effect(session, role, root), 'ExplicitlyDenied')
  assert.equal(effect(root, root), 'Allowed')
})

test('NotPrincipal never spares a caller that has a boundary', () => {
  const resource = {
    policy: policy({ Effect: 'Deny', NotPrincipal: { AWS: [user, root] }, Action: '*', Resource: '*' }),
    required: false,
  }

  assert.equal(ask(user, { identity: [everything], boundary: everything, resource }).effect, 'ExplicitlyDenied')
})

test('an Allow with NotPrincipal grants to anyone but the listed', () => {
  const resource = {
    policy: policy({ Effect: 'Allow', NotPrincipal: { AWS: role }, Action: '*', Resource: '*' }),
    required: false,
  }

  assert.equal(ask(user, { resource }).effect, 'Allowed')
  assert.equal(ask(session, { resource }).deniedBy, 'identity')
})
