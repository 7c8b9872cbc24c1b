import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MalformedPolicy, type PolicyKind, parsePolicy, policySize } from './index.ts'

const statement = { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: '*' }
const trust = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }

function textOf(changes: object, of: object = statement): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...of, ...changes }] })
}

function faultOf(text: string, kind: PolicyKind = 'managed'): MalformedPolicy {
  try {
    parsePolicy(text, kind)
  } catch (error) {
    assert.ok(error instanceof MalformedPolicy, String(error))
    return error
  }
  return assert.fail(`was accepted: ${text}`)
}

const accepted: readonly (readonly [says: string, text: string, kind?: PolicyKind])[] = [
  ['a lone statement without a list', JSON.stringify({ Statement: statement })],
  ['the older version', JSON.stringify({ Version: '2008-10-17', Statement: statement })],
  ['wildcards in service and name', textOf({ Action: ['*', 's*:Get?', '*:*'] })],
  ['an empty Sid', textOf({ Sid: '' })],
  [
    'numbers and booleans as condition values',
    textOf({ Condition: { Bool: { 'aws:x': true }, NumericEquals: { 'aws:y': [1, 2.5] } } }),
  ],
  ['an empty condition', textOf({ Condition: {} })],
  [
    'a variable with a default in the resource part',
    textOf({ Resource: `arn:aws:s3:::b/\${aws:username, 'anyone'}/*` }),
  ],
  ['a star for the segments that follow', textOf({ Resource: 'arn:aws:rds:*' })],
  ['a variable for a whole ARN', textOf({ Condition: { ArnLike: { 'aws:x': `\${aws:PrincipalArn}` } } })],
  ['a tag key with blanks', textOf({ Condition: { StringEquals: { 'aws:ResourceTag/Cost Center': '7' } } })],
  ['a trust policy', textOf({}, trust), 'trust'],
  ['an Id in a resource policy', JSON.stringify({ Id: 'x', Statement: { ...statement, Principal: '*' } }), 'resource'],
  ['letters beyond ASCII', textOf({ Condition: { StringEquals: { 'aws:ResourceTag/名': '値' } } })],
]

for (const [says, text, kind = 'managed'] of accepted) {
  test(`${says} is accepted`, () => {
    assert.equal(parsePolicy(text, kind).statements.length, 1)
  })
}

const refused: readonly (readonly [says: string, text: string, path: string, message?: RegExp, kind?: PolicyKind])[] = [
  ['an empty text', '', ''],
  ['what is no JSON', '{"Statement": [}', 'Statement[0]'],
  ['text after the end', `${textOf({})}x`, ''],
  ['a list', '[]', ''],
  ['a policy nested too deep', '['.repeat(1_000), '[0][0][0][0][0][0][0][0][0][0][0][0]'],
  ['a key given twice', '{"Statement":{"Effect":"Allow","Effect":"Deny"}}', 'Statement.Effect', /twice/],
  [
    'a key given twice in other words',
    '{"Statement":{"Effect":"Allow","\\u0045ffect":"Deny"}}',
    'Statement.Effect',
    /twice/,
  ],
  [
    'an unknown version',
    JSON.stringify({ Version: '2020-01-01', Statement: statement }),
    'Version',
    /version 2012-10-17/,
  ],
  ['a version that is a number', JSON.stringify({ Version: 2012, Statement: statement }), 'Version'],
  ['a policy without statements', JSON.stringify({ Version: '2012-10-17' }), ''],
  ['an empty list of statements', JSON.stringify({ Statement: [] }), 'Statement'],
  ['an unknown element of the document', JSON.stringify({ Statement: statement, Comment: '' }), 'Comment'],
  ['an Id in a policy for identities', JSON.stringify({ Id: 'x', Statement: statement }), 'Id'],
  ['an unknown element of a statement', textOf({ Conditon: {} }), 'Statement[0].Conditon'],
  ['an Effect in small letters', textOf({ Effect: 'allow' }), 'Statement[0].Effect'],
  ['a missing Effect', textOf({ Effect: undefined }), 'Statement[0].Effect'],
  ['a Sid with a blank', textOf({ Sid: 'a b' }), 'Statement[0].Sid', /alpha-numeric/],
  [
    'a Sid that is taken',
    JSON.stringify({
      Statement: [
        { ...statement, Sid: 'a' },
        { ...statement, Sid: 'a' },
      ],
    }),
    'Statement[1].Sid',
    /unique/,
  ],
  ['a statement without actions', textOf({ Action: undefined }), 'Statement[0]', /must contain actions/],
  ['both Action and NotAction', textOf({ NotAction: 'a:b' }), 'Statement[0].Action'],
  ['an empty list of actions', textOf({ Action: [] }), 'Statement[0].Action'],
  ['an action that is a number', textOf({ Action: ['a:b', 1] }), 'Statement[0].Action[1]'],
  [
    'an action without service',
    textOf({ Action: ['ssm:Get*', 'SendCommand'] }),
    'Statement[0].Action[1]',
    /prefaced by a vendor/,
  ],
  ['an action with a blank', textOf({ Action: 'ssm:SendCommand ' }), 'Statement[0].Action'],
  ['an action with two colons', textOf({ Action: 'ssm:a:b' }), 'Statement[0].Action', /only one colon/],
  ['a statement without resources', textOf({ Resource: undefined }), 'Statement[0]', /must contain resources/],
  ['a resource that is no ARN', textOf({ Resource: 'my-bucket' }), 'Statement[0].Resource', /must be in ARN format/],
  ['an ARN with too few segments', textOf({ Resource: 'arn:aws:ssm:*:document/MyDoc' }), 'Statement[0].Resource'],
  [
    'a star for nearly the whole ARN',
    textOf({ Resource: 'arn:aws:*' }),
    'Statement[0].Resource',
    /must be in ARN format/,
  ],
  [
    'a variable before the fifth colon',
    textOf({ Resource: `arn:aws:ssm:*:\${aws:PrincipalAccount}:document/x` }),
    'Statement[0].Resource',
  ],
  [
    'a variable that does not end',
    textOf({ Resource: `arn:aws:s3:::b/\${aws:username` }),
    'Statement[0].Resource',
    /bad variable/,
  ],
  [
    'a variable that is no key',
    textOf({ Resource: `arn:aws:s3:::b/\${username}` }),
    'Statement[0].Resource',
    /bad variable/,
  ],
  ['a NUL', textOf({ Resource: 'arn:aws:s3:::b/\u0000' }), 'Statement[0].Resource'],
  ['half of a surrogate pair', textOf({ Resource: 'arn:aws:s3:::b/\ud800' }), 'Statement[0].Resource'],
  [
    'a principal in a policy for identities',
    textOf({ Principal: '*' }),
    'Statement[0]',
    /should not specify a principal/,
  ],
  [
    'an unknown condition operator',
    textOf({ Condition: { StringSounds: { 'a:b': 'c' } } }),
    'Statement[0].Condition.StringSounds["a:b"]',
  ],
  [
    'a condition key without service',
    textOf({ Condition: { StringEquals: { username: 'c' } } }),
    'Statement[0].Condition.StringEquals.username',
  ],
  ['a condition that is a list', textOf({ Condition: [] }), 'Statement[0].Condition'],
  [
    'a condition without values',
    textOf({ Condition: { StringEquals: { 'a:b': [] } } }),
    'Statement[0].Condition.StringEquals["a:b"]',
  ],
  [
    'a condition value that is null',
    textOf({ Condition: { StringEquals: { 'a:b': null } } }),
    'Statement[0].Condition.StringEquals["a:b"]',
  ],
  [
    'a day that no calendar has',
    textOf({ Condition: { DateLessThan: { 'a:b': '2026-02-30' } } }),
    'Statement[0].Condition.DateLessThan["a:b"]',
  ],
  [
    'a range of addresses that is none',
    textOf({ Condition: { IpAddress: { 'a:b': '10.0.0.0/33' } } }),
    'Statement[0].Condition.IpAddress["a:b"]',
  ],
  [
    'a number that is none',
    textOf({ Condition: { NumericEquals: { 'a:b': 'ten' } } }),
    'Statement[0].Condition.NumericEquals["a:b"]',
  ],
  ['a truth that is none', textOf({ Condition: { Null: { 'a:b': 'yes' } } }), 'Statement[0].Condition.Null["a:b"]'],
  [
    'an ARN condition that is no ARN',
    textOf({ Condition: { ArnLike: { 'a:b': 'Ops' } } }),
    'Statement[0].Condition.ArnLike["a:b"]',
  ],
  [
    'a trust policy without principal',
    textOf({ Principal: undefined }, trust),
    'Statement[0]',
    /Missing required field Principal/,
    'trust',
  ],
  [
    'a trust policy with a resource',
    textOf({ Resource: '*' }, trust),
    'Statement[0]',
    /prohibited field Resource/,
    'trust',
  ],
  [
    'a trust policy for something else',
    textOf({ Action: 'ssm:*' }, trust),
    'Statement[0].Action',
    /STS AssumeRole/,
    'trust',
  ],
  [
    'a principal with a wildcard in its name',
    textOf({ Principal: { AWS: 'arn:aws:iam::123456789012:user/*' } }, trust),
    'Statement[0].Principal.AWS',
    /Invalid principal/,
    'trust',
  ],
  [
    'a principal of an unknown kind',
    textOf({ Principal: { Users: '*' } }, trust),
    'Statement[0].Principal.Users',
    /Invalid principal/,
    'trust',
  ],
  ['an empty principal', textOf({ Principal: {} }, trust), 'Statement[0].Principal', /Invalid principal/, 'trust'],
]

for (const [says, text, path, message, kind] of refused) {
  test(`${says} is refused, and its place is told`, () => {
    const { fault, place, message: told } = faultOf(text, kind)

    assert.deepEqual([fault, place.path], ['malformed', path])
    if (message !== undefined) assert.match(told, message)
  })
}

test('the offset of a fault points at it', () => {
  const text = '{\n  "Statement": { "Effect": "allow", "Action": "a:b", "Resource": "*" }\n}'

  assert.equal(faultOf(text).place.offset, text.indexOf('"allow"'))
})

test('an empty Sid is none, and may stand in every statement', () => {
  const text = JSON.stringify({
    Statement: [
      { ...statement, Sid: '' },
      { ...statement, Sid: '' },
    ],
  })

  assert.equal(parsePolicy(text, 'managed').statements.length, 2)
})

test('a policy may be as long as the quota of its kind, white space not counted', () => {
  const quotas: readonly (readonly [kind: PolicyKind, longest: number])[] = [
    ['user', 2_048],
    ['group', 5_120],
    ['role', 10_240],
    ['managed', 6_144],
  ]
  for (const [kind, longest] of quotas) {
    const padding = longest - policySize(textOf({ Resource: 'arn:aws:s3:::' }))
    const text = textOf({ Resource: `arn:aws:s3:::${'x'.repeat(padding)}` }).replaceAll(',', ' ,\n\t')

    assert.equal(parsePolicy(text, kind).statements.length, 1, kind)
    assert.equal(faultOf(text.replace('xx', 'xxx'), kind).fault, 'too long', kind)
  }
})

test('ten thousand statements are refused at once', () => {
  assert.equal(faultOf(JSON.stringify({ Statement: new Array(10_000).fill(statement) })).fault, 'too long')
})

test('nothing but MalformedPolicy is ever thrown, whatever the text', () => {
  const { object: policyLike } = fc.letrec((tie) => ({
    object: fc.dictionary(
      fc.constantFrom(
        'Version',
        'Statement',
        'Effect',
        'Action',
        'Resource',
        'Principal',
        'Condition',
        'StringEquals',
        'a:b',
        'AWS',
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('2012-10-17', 'Allow', 'Deny', '*', 'a:b', `\${`, `\${a:b}`, '1', null, true, 0),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
  }))
  const text = fc.oneof(
    policyLike.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  )
  fc.assert(
    fc.property(text, fc.nat(), (whole, cut) => {
      for (const one of [whole, whole.slice(0, cut % (whole.length + 1))]) {
        try {
          parsePolicy(one, 'managed')
        } catch (error) {
          assert.ok(error instanceof MalformedPolicy, String(error))
          assert.ok(error.place.offset <= one.length)
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
