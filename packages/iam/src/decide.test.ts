import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AccessRequest,
  type ContextRecord,
  compilePolicy,
  contextLayer,
  contextOf,
  type Decision,
  decide,
  decideMany,
  type PolicySet,
  principalOf,
  readPolicy,
} from './index.ts'

const user = 'arn:aws:iam::123456789012:user/alice'
const session = 'arn:aws:sts::123456789012:assumed-role/Ops/bob'
const role = 'arn:aws:iam::123456789012:role/Ops'
const root = 'arn:aws:iam::123456789012:root'
const bucket = 'arn:aws:s3:::logs/k'

function policy(...statements: readonly object[]) {
  return compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })), { name: 'p' })
}

const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const nothing = policy({ Effect: 'Allow', Action: 'none:None', Resource: '*' })

function grantTo(principal: unknown) {
  return { policy: policy({ Effect: 'Allow', Principal: principal, Action: 's3:*', Resource: '*' }), required: false }
}

function ask(name: string, policies: Partial<PolicySet>, request: Partial<AccessRequest> = {}): Decision {
  const asked = {
    principal: principalOf(name),
    action: 's3:PutObject',
    resource: bucket,
    context: contextOf({}),
    ...request,
  }
  return decide(asked, { identity: [], ...policies })
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
