import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arnsMeet, globsMeet } from './globs.ts'
import { lintPolicy } from './lint-policy.ts'

function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** Codes with the statement, from 1 as people count. */
function codesOf(text: string): readonly string[] {
  return lintPolicy(text).map(({ code, statement }) => (statement === undefined ? code : `${statement + 1} ${code}`))
}

const node = 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0'
const tagged = (key: string, value: string) => ({ StringLike: { [`ssm:resourceTag/${key}`]: [value] } })
const awsDocuments = ['arn:aws:ssm:us-west-1::document/AWS-*', 'arn:aws:ssm:us-east-2::document/AWS-*']
const agentsToo = [
  ...['ssm:UpdateInstanceInformation', 'ssm:ListCommands', 'ssm:ListCommandInvocations', 'ssm:GetDocument'],
]

// The samples of AWS's user guide ("Restricting Run Command access based on tags", in two languages).

test('the sample with one tag leaves out the nodes that were activated', () => {
  const text = policy(
    { Effect: 'Allow', Action: ['ssm:SendCommand'], Resource: ['arn:aws:ssm:*:*:document/*'] },
    {
      Effect: 'Allow',
      Action: ['ssm:SendCommand'],
      Resource: ['arn:aws:ec2:*:*:instance/*'],
      Condition: tagged('Finance', 'WebServers'),
    },
  )

  assert.deepEqual(codesOf(text), ['2 ec2-only-nodes'])
})

test('the sample with two tags asks them of the document too, and lets people play nodes', () => {
  const Condition = {
    StringLike: { 'ssm:resourceTag/tag_key1': ['tag_value1'], 'ssm:resourceTag/tag_key2': ['tag_value2'] },
  }
  const text = policy(
    { Effect: 'Allow', Action: ['ssm:SendCommand'], Resource: '*', Condition },
    { Effect: 'Allow', Action: ['ssm:SendCommand'], Resource: awsDocuments },
    { Effect: 'Allow', Action: agentsToo, Resource: '*' },
  )

  assert.deepEqual(codesOf(text), ['1 untagged-document', '3 agent-action'])
  assert.match(lintPolicy(text)[0]?.message ?? '', /unless it is one of statement 2/)
})

test('the sample with two groups asks either tag of the document too', () => {
  const sends = { Effect: 'Allow', Action: ['ssm:SendCommand'] }
  const text = policy(
    { ...sends, Resource: '*', Condition: tagged('tag_key1', 'tag_value1') },
    { ...sends, Resource: '*', Condition: tagged('tag_key2', 'tag_value2') },
    { ...sends, Resource: awsDocuments },
    { Effect: 'Allow', Action: agentsToo, Resource: '*' },
  )

  assert.deepEqual(codesOf(text), ['1 untagged-document', '2 untagged-document', '4 agent-action'])
})

test('the sample of the instance profile has places that nobody filled in', () => {
  const buckets = [
    'aws-ssm-region',
    'aws-windows-downloads-region',
    'region-birdwatcher-prod',
    'patch-baseline-snapshot-region',
  ]
  const text = policy(
    { Effect: 'Allow', Action: 's3:GetObject', Resource: buckets.map((bucket) => `arn:aws:s3:::${bucket}/*`) },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:PutObjectAcl'],
      Resource: 'arn:aws:s3:::my-bucket-name/*',
    },
  )

  assert.deepEqual(codesOf(text), [...Array(4).fill('1 placeholder'), '2 placeholder'])
})

test('the sample for sessions is undone by its second statement, and checks no document', () => {
  const text = policy(
    {
      Effect: 'Allow',
      Action: ['ssm:StartSession'],
      Resource: [
        'arn:aws:ec2:region:account-id:instance/instance-id',
        'arn:aws:ssm:region:account-id:document/SSM-SessionManagerRunShell',
      ],
    },
    {
      Effect: 'Allow',
      Action: [
        ...['ssm:DescribeSessions', 'ssm:GetConnectionStatus', 'ssm:DescribeInstanceProperties', 'ssm:StartSession'],
        'ec2:DescribeInstances',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['ssm:TerminateSession', 'ssm:ResumeSession'],
      Resource: [`arn:aws:ssm:*:*:session/\${aws:userid}-*`],
    },
  )

  assert.deepEqual(codesOf(text), [
    '1 placeholder',
    '1 placeholder',
    '1 session-document-not-checked',
    '2 undone-restriction',
  ])
  assert.match(lintPolicy(text).at(-1)?.message ?? '', /ssm:StartSession .* statement 1 restricts nothing/)
})

test('the sample for session documents lacks the Condition that it is about', () => {
  const statement = {
    Effect: 'Allow',
    Action: ['ssm:StartSession'],
    Resource: [node, 'arn:aws:ssm:us-west-2:123456789012:document/SSM-SessionManagerRunShell'],
  }
  const Condition = { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } }

  assert.deepEqual(codesOf(policy(statement)), ['1 session-document-not-checked'])
  assert.deepEqual(codesOf(policy({ ...statement, Condition })), [])
})

test('a policy that says what it means has no findings', () => {
  const text = policy(
    { Sid: 'Documents', Effect: 'Allow', Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:*:*:document/*' },
    {
      Sid: 'WebServers',
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:managed-instance/*'],
      Condition: tagged('Finance', 'WebServers'),
    },
    {
      Effect: 'Allow',
      Action: ['ssm:StartSession'],
      Resource: [node, 'arn:aws:ssm:us-east-1::document/AWS-StartSSHSession'],
      Condition: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
    },
    { Effect: 'Allow', Action: ['ssm:ListCommands', 'ssm:DescribeSessions'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['ssm:TerminateSession', 'ssm:ResumeSession'],
      Resource: `arn:aws:ssm:*:*:session/\${aws:username}-${'?'.repeat(17)}`,
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: 'arn:aws:iam::123456789012:role/nodes',
      Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    },
    { Effect: 'Deny', Action: 'ssm:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  )

  assert.deepEqual(lintPolicy(text), [])
})

test('names that AWS does not know are found, with the nearest that it does', () => {
  const text = policy(
    { Effect: 'Allow', Action: ['ssm:SendComand', 'ssm:Get*', 'ssm:Frob*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: 'arn:aws:ssm:*:*:document/*',
      Condition: { StringEquals: { 'ssm:ResourceTags/team': 'web', 'aws:PrincipleArn': 'x' } },
    },
  )

  const findings = lintPolicy(text)
  assert.deepEqual(codesOf(text), ['1 unknown-action', '1 unknown-action', '2 unknown-key', '2 unknown-key'])
  assert.equal(findings[0]?.instead, 'ssm:SendCommand')
})

test('of services that are not served here names are known too, and doubted rather than refused', () => {
  const text = policy({
    Effect: 'Allow',
    Action: [
      's3:PutObjct',
      's3:GetObject*',
      'S3:putobject',
      'dynamdb:GetItem',
      's*:Get*',
      'fairlead:ListRecordings',
      '*',
    ],
    Resource: 'arn:aws:s3:::bucket/*',
  })

  const findings = lintPolicy(text).filter(({ code }) => code.startsWith('unknown'))
  assert.deepEqual(
    findings.map(({ code, severity, instead }) => [code, severity, instead]),
    [
      ['unknown-action', 'warning', 's3:PutObject'],
      ['unknown-service', 'warning', 'dynamodb'],
    ],
  )
})

test('a place is counted from one, in lines and columns', () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Allow", "Action": "ssm:Nope", "Resource": "*"}\n  ]\n}'

  const [finding] = lintPolicy(text)
  assert.deepEqual([finding?.line, finding?.column, finding?.statement], [4, 35, 0])
})

test('what no request can meet is found', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['resource-not-supported', { Action: 'ssm:ListCommands', Resource: node }],
    ['wrong-resource', { Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:*:*:parameter/*' }],
    [
      'aws-owned-document-account',
      { Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:us-east-1:123456789012:document/AWS-RunShellScript' },
    ],
    ['own-document-account', { Action: 'ssm:GetDocument', Resource: 'arn:aws:ssm:us-east-1::document/Deploy' }],
    ['key-not-for-action', { Action: 'ssm:ListCommands', Resource: '*', Condition: tagged('team', 'web') }],
  ]
  for (const [code, statement] of cases) {
    assert.deepEqual(codesOf(policy({ Effect: 'Allow', ...statement })), [`1 ${code}`])
  }
})

test('a session that is named by the start of its name may be somebody else’s', () => {
  const of = (name: string) =>
    policy({ Effect: 'Allow', Action: 'ssm:TerminateSession', Resource: `arn:aws:ssm:*:*:session/${name}-*` })

  assert.deepEqual(codesOf(of('alice')), ['1 wide-session-prefix'])
  assert.deepEqual(codesOf(of(`\${aws:username}`)), ['1 wide-session-prefix'])
  assert.match(lintPolicy(of('alice'))[0]?.message ?? '', /alice-admin/)
})

test('a document without tags under a condition on tags is no document', () => {
  const text = policy({
    Effect: 'Allow',
    Action: 'ssm:SendCommand',
    Resource: ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ssm:*:*:managed-instance/*', 'arn:aws:ssm:*:*:document/*'],
    Condition: tagged('team', 'web'),
  })

  assert.deepEqual(codesOf(text), ['1 untagged-document'])
})

test('ways to more than a policy says are found, unless they are guarded', () => {
  const allow = (Action: string | string[], Resource = '*', more = {}) =>
    policy({ Effect: 'Allow', Action, Resource, ...more })
  const bounded = {
    Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::123456789012:policy/edge' } },
  }

  assert.deepEqual(codesOf(allow('iam:PassRole')), ['1 pass-any-role'])
  assert.deepEqual(codesOf(allow('iam:PassRole', 'arn:aws:iam::123456789012:role/*')), ['1 pass-any-role'])
  assert.deepEqual(codesOf(allow('iam:PassRole', 'arn:aws:iam::123456789012:role/nodes')), [])
  for (const action of ['iam:PutUserPolicy', 'iam:CreatePolicyVersion', 'iam:AttachRolePolicy', 'iam:*', 'iam:Put*']) {
    assert.deepEqual(codesOf(allow(action)), ['1 privilege-escalation'], action)
  }
  assert.deepEqual(codesOf(allow('iam:PutUserPolicy', '*', bounded)), [])
  assert.deepEqual(codesOf(allow('*')), ['1 allows-everything'])
})

test('operators and variables that do less than they seem are found', () => {
  const under = (Condition: object) =>
    policy({ Effect: 'Allow', Action: 'ssm:AddTagsToResource', Resource: '*', Condition })
  const old = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'ssm:TerminateSession', Resource: `arn:aws:ssm:*:*:session/\${aws:userid}-*` },
    ],
  })

  assert.deepEqual(codesOf(under({ StringEquals: { 'aws:PrincipalTag/team': 'web*' } })), ['1 wildcard-in-equals'])
  assert.deepEqual(codesOf(under({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } })), ['1 for-all-of-none'])
  assert.deepEqual(codesOf(old), ['1 variables-need-version'])
})

test('what is no policy is one finding with its place', () => {
  assert.deepEqual(codesOf('{"Version"'), ['malformed'])
  assert.deepEqual(codesOf('[]'), ['malformed'])
  const [finding] = lintPolicy('{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}')
  assert.match(finding?.message ?? '', /Effect must be Allow or Deny.*Statement\[0\]\.Effect/)
})

test('a policy that nobody can store for its length is looked at all the same', () => {
  const Resource = Array.from({ length: 200 }, (_, at) => `arn:aws:ssm:us-east-1:123456789012:document/Deploy-${at}`)

  assert.deepEqual(codesOf(policy({ Effect: 'Allow', Action: 'ssm:Nothing', Resource })), [
    'too-long',
    '1 unknown-action',
  ])
})

test('two patterns meet when some text matches both', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
  const expression = (glob: string) =>
    new RegExp(`^${Array.from(glob, (char) => (char === '*' ? '[^]*' : char === '?' ? '[^]' : char)).join('')}$`)
  fc.assert(
    fc.property(pattern, pattern, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 }), (a, b, text) => {
      if (expression(a).test(text) && expression(b).test(text)) assert.ok(globsMeet(a, b))
      // A text without wildcards meets exactly what matches it.
      assert.equal(globsMeet(text, a), expression(a).test(text))
    }),
  )
  assert.ok(arnsMeet('arn:aws:ssm:*:*:document/*', 'arn:aws:ssm:us-east-1::document/AWS-*'))
  assert.ok(!arnsMeet('arn:aws:ssm:*:123456789012:*', 'arn:aws:ssm:us-east-1::document/AWS-*'))
})
