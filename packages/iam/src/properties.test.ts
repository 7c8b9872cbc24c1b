import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
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

// A small world, so that statements and requests meet often.
const keys = ['aws:username', 'ssm:resourceTag/team', 'aws:TagKeys'] as const
const words = fc.constantFrom('a', 'b', 'web', '')
const principals = [
  'arn:aws:iam::123456789012:user/alice',
  'arn:aws:sts::123456789012:assumed-role/Ops/bob',
  '123456789012',
  '*',
]

const condition = fc.dictionary(
  fc.constantFrom(
    'StringEquals',
    'StringNotEquals',
    'StringLikeIfExists',
    'ForAnyValue:StringEquals',
    'ForAllValues:StringNotLike',
    'Null',
    'Unknown',
  ),
  fc.dictionary(
    fc.constantFrom(...keys),
    fc.array(fc.constantFrom('a', 'w*', 'true', `\${aws:username}`), { minLength: 1, maxLength: 2 }),
    {
      minKeys: 1,
      maxKeys: 2,
    },
  ),
  { maxKeys: 2 },
)
const body = fc.record({
  action: fc.constantFrom('*', 'ssm:*', 'ssm:Send*', 's3:*'),
  negatedAction: fc.boolean(),
  resource: fc.constantFrom(
    '*',
    'arn:aws:ssm:*:*:managed-instance/*',
    'arn:aws:ssm:*:*:document/*',
    `arn:aws:ssm:*:*:*/\${aws:username}*`,
  ),
  negatedResource: fc.boolean(),
  condition,
})
const effect = fc.constantFrom('Allow', 'Allow', 'Deny')
const random = fc.record({ effect, body }).map(({ effect: Effect, body: of }) => ({
  Effect,
  [of.negatedAction ? 'NotAction' : 'Action']: of.action,
  [of.negatedResource ? 'NotResource' : 'Resource']: of.resource,
  Condition: of.condition,
}))
const whole = (Effect: string) => ({ Effect, Action: '*', Resource: '*', Condition: {} })
// Without a full Allow here and there nearly everything would be denied, and nothing be learnt.
const statement: fc.Arbitrary<object> = fc.oneof(fc.constant(whole('Allow')), random)
const statements = fc.array(statement, { maxLength: 4 })
const set = fc.record({
  identity: statements,
  boundary: fc.option(statements, { nil: undefined }),
  session: fc.option(statements, { nil: undefined }),
  scp: fc.option(statements, { nil: undefined }),
  resource: fc.option(fc.array(fc.tuple(statement, fc.constantFrom(...principals)), { maxLength: 3 }), {
    nil: undefined,
  }),
})
type Texts = typeof set extends fc.Arbitrary<infer S> ? S : never

const tags = fc.record({ 'ssm:resourceTag/team': fc.option(words, { nil: undefined }) })
const request = fc.record({
  who: fc.constantFrom('arn:aws:iam::123456789012:user/alice', 'arn:aws:sts::123456789012:assumed-role/Ops/bob'),
  action: fc.constantFrom('ssm:SendCommand', 's3:GetObject'),
  resource: fc.constantFrom(
    '*',
    'arn:aws:ssm:us-east-1:123456789012:managed-instance/a',
    'arn:aws:ssm:us-east-1::document/web',
  ),
  context: fc.record({
    'aws:username': fc.option(words, { nil: undefined }),
    'aws:TagKeys': fc.option(fc.array(words, { maxLength: 2 }), { nil: undefined }),
  }),
  tags,
})
type Request = typeof request extends fc.Arbitrary<infer R> ? R : never

function policy(list: readonly object[]) {
  return compilePolicy(readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: list })), { name: 'p' })
}

function policiesOf({ identity, boundary, session, scp, resource }: Texts): PolicySet {
  const named = resource?.map(([one, principal]) => ({ ...one, Principal: { AWS: principal } }))
  return {
    identity: [policy(identity)],
    boundary: boundary && policy(boundary),
    session: session && [policy(session)],
    scps: scp && [[policy(scp)]],
    resource: named && { policy: policy(named), required: false },
  }
}

function ask({ who, action, resource, context, tags: own }: Request, texts: Texts): Decision {
  const asked = { principal: principalOf(who), action, resource, context: contextOf(context, own) }
  return decide(asked, policiesOf(texts))
}

const runs = { numRuns: 300 }

test('a Deny that applies wins, wherever it stands and whatever allows', () => {
  const deny = whole('Deny')
  fc.assert(
    fc.property(set, request, fc.constantFrom('identity', 'boundary', 'session', 'scp'), (texts, asked, type) => {
      const denied = { ...texts, [type]: [...(texts[type] ?? []), deny] }
      assert.equal(ask(asked, denied).effect, 'ExplicitlyDenied')
    }),
    runs,
  )
})

test('one more Allow takes nothing away', () => {
  let allowed = 0
  fc.assert(
    fc.property(
      set,
      request,
      statement,
      fc.constantFrom('identity', 'boundary', 'session', 'scp'),
      (texts, asked, one, type) => {
        if (texts[type] === undefined || ask(asked, texts).effect !== 'Allowed') return
        allowed++
        const extra = { ...one, Effect: 'Allow' }
        assert.equal(ask(asked, { ...texts, [type]: [...(texts[type] ?? []), extra] }).effect, 'Allowed')
      },
    ),
    { numRuns: 1_000 },
  )
  assert.ok(allowed > 20, `only ${allowed} of the requests were allowed`)
})

test('one more Deny gives nothing', () => {
  fc.assert(
    fc.property(set, request, statement, (texts, asked, one) => {
      if (ask(asked, texts).effect === 'Allowed') return
      const extra = { ...one, Effect: 'Deny' }
      assert.notEqual(ask(asked, { ...texts, identity: [...texts.identity, extra] }).effect, 'Allowed')
    }),
    runs,
  )
})

test('the order of statements does not matter', () => {
  fc.assert(
    fc.property(set, request, (texts, asked) => {
      const turned = {
        identity: texts.identity.toReversed(),
        boundary: texts.boundary?.toReversed(),
        session: texts.session?.toReversed(),
        scp: texts.scp?.toReversed(),
        resource: texts.resource?.toReversed(),
      }
      const [one, other] = [ask(asked, texts), ask(asked, turned)]
      assert.deepEqual([one.effect, one.deniedBy], [other.effect, other.deniedBy])
    }),
    runs,
  )
})

test('many resources are decided each as it would be alone', () => {
  const where = fc.record({ resource: request.map((one) => one.resource), tags })
  fc.assert(
    fc.property(set, request, fc.array(where, { maxLength: 4 }), (texts, asked, resources) => {
      const policies = policiesOf(texts)
      const common = { principal: principalOf(asked.who), action: asked.action, context: contextOf(asked.context) }
      const layered = resources.map(({ resource, tags: own }) => ({ resource, layer: contextLayer(own) }))

      const together = decideMany(common, layered, policies)

      for (const [index, own] of resources.entries()) {
        const alone = ask({ ...asked, ...own }, texts)
        assert.deepEqual([together[index]?.effect, together[index]?.deniedBy], [alone.effect, alone.deniedBy])
      }
    }),
    runs,
  )
})

test('every decision has reasons that agree with it', () => {
  fc.assert(
    fc.property(set, request, (texts, asked) => {
      const { effect, deniedBy, reasons } = ask(asked, texts)
      for (const { did, policyType, mismatches } of reasons) {
        assert.equal(
          did,
          { Allowed: 'allowed', ExplicitlyDenied: 'denied', ImplicitlyDenied: 'nearly matched' }[effect],
        )
        assert.equal(mismatches.length > 0, effect === 'ImplicitlyDenied')
        if (deniedBy !== undefined) assert.equal(policyType, deniedBy)
      }
      if (effect !== 'ImplicitlyDenied') assert.notEqual(reasons.length, 0)
    }),
    runs,
  )
})
