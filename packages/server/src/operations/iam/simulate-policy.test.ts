import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, deny, given, type PolicyText } from '@fairlead/testkit/given'
import { elementOf, elementsOf } from '@fairlead/testkit/xml'

// One server for all: each test has names of its own.
const { root, user } = await given({ after })
const arnOf = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const node = 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0'
const document = 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript'
const text = (...policies: readonly PolicyText[]) => policies.map((policy) => JSON.stringify(policy))
const onTag = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
    },
  ],
}

test('each action is tried on each resource, and the statement that decided is named with its place', async () => {
  const answer = await root.query('iam', 'SimulateCustomPolicy', {
    PolicyInputList: text(allow('ssm:SendCommand', document), deny('ssm:*', node)),
    ActionNames: ['ssm:SendCommand', 'ssm:StartSession'],
    ResourceArns: [document, node],
  })

  assert.deepEqual(elementsOf(answer, 'EvalActionName'), [
    ...['ssm:SendCommand', 'ssm:SendCommand', 'ssm:StartSession', 'ssm:StartSession'],
  ])
  assert.deepEqual(elementsOf(answer, 'EvalDecision'), ['allowed', 'explicitDeny', 'implicitDeny', 'explicitDeny'])
  assert.deepEqual(elementsOf(answer, 'EvalResourceDecision'), elementsOf(answer, 'EvalDecision'))
  assert.deepEqual(elementsOf(answer, 'SourcePolicyId').slice(0, 3), [
    ...['PolicyInputList.1', 'PolicyInputList.1', 'PolicyInputList.2'],
  ])
  assert.equal(elementOf(answer, 'Line'), '1')
  assert.equal(elementOf(answer, 'Column'), '38')
})

test('keys that a policy asks for and nobody gave are named, and decide when they are given', async () => {
  const asked = { PolicyInputList: text(onTag), ActionNames: ['ssm:SendCommand'] }
  const without = await root.query('iam', 'SimulateCustomPolicy', asked)
  const entry = (name: string, value: string) => ({
    ContextKeyName: name,
    ContextKeyValues: [value],
    ContextKeyType: 'string' as const,
  })
  const withKeys = await root.query('iam', 'SimulateCustomPolicy', {
    ...asked,
    ContextEntries: [entry('aws:ResourceTag/team', 'web'), entry('aws:PrincipalTag/team', 'web')],
  })

  assert.equal(elementOf(without, 'EvalDecision'), 'implicitDeny')
  assert.match(without, /<MissingContextValues>.*aws:ResourceTag\/team.*aws:PrincipalTag\/team/s)
  assert.equal(elementOf(withKeys, 'EvalDecision'), 'allowed')
  assert.doesNotMatch(withKeys, /team/)
})

test('a boundary narrows, and it is told what it says by itself', async () => {
  const answer = await root.query('iam', 'SimulateCustomPolicy', {
    PolicyInputList: text(allow('ssm:*')),
    PermissionsBoundaryPolicyInputList: text(allow('ssm:SendCommand')),
    ActionNames: ['ssm:SendCommand', 'ssm:StartSession'],
  })

  assert.deepEqual(elementsOf(answer, 'EvalDecision'), ['allowed', 'implicitDeny'])
  assert.deepEqual(elementsOf(answer, 'AllowedByPermissionsBoundary'), ['true', 'false'])
})

test('a resource policy grants to the caller that is named', async () => {
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: arnOf('user/alice') }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' },
  ]
  const asked = {
    PolicyInputList: text(allow('iam:GetUser')),
    ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
    ActionNames: ['s3:GetObject'],
    ResourceArns: ['arn:aws:s3:::b/k'],
  }

  const answer = await root.query('iam', 'SimulateCustomPolicy', { ...asked, CallerArn: arnOf('user/alice') })
  const other = await root.query('iam', 'SimulateCustomPolicy', { ...asked, CallerArn: arnOf('user/bob') })

  assert.equal(elementOf(answer, 'EvalDecision'), 'allowed')
  assert.equal(elementOf(answer, 'SourcePolicyType'), 'resource')
  assert.equal(elementOf(other, 'EvalDecision'), 'implicitDeny')
  await assert.rejects(root.query('iam', 'SimulateCustomPolicy', asked), { code: 'InvalidInput' })
})

test('results come page by page, each once', async () => {
  const asked = {
    PolicyInputList: text(allow('ssm:*')),
    ActionNames: ['ssm:A', 'ssm:B', 'ssm:C'],
    ResourceArns: [document, node],
    MaxItems: 4,
  }
  const first = await root.query('iam', 'SimulateCustomPolicy', asked)
  const Marker = elementOf(first, 'Marker') ?? ''
  const second = await root.query('iam', 'SimulateCustomPolicy', { ...asked, Marker })

  assert.deepEqual(elementsOf(first, 'EvalActionName'), ['ssm:A', 'ssm:A', 'ssm:B', 'ssm:B'])
  assert.equal(elementOf(first, 'IsTruncated'), 'true')
  assert.deepEqual(elementsOf(second, 'EvalActionName'), ['ssm:C', 'ssm:C'])
  assert.equal(elementOf(second, 'IsTruncated'), 'false')
  await assert.rejects(root.query('iam', 'SimulateCustomPolicy', { ...asked, Marker: 'guess' }), {
    code: 'InvalidInput',
  })
})

test('what cannot be simulated is refused with its place', async () => {
  const asked = { PolicyInputList: text(allow('ssm:*')), ActionNames: ['ssm:SendCommand'] }
  const refused = (more: object) => root.query('iam', 'SimulateCustomPolicy', { ...asked, ...more })

  await assert.rejects(refused({ ActionNames: ['ssm:*'] }), { code: 'InvalidInput' })
  await assert.rejects(refused({ PolicyInputList: ['{"Version":"2012-10-17","Statement":[{"Effect":"allow"}]}'] }), {
    code: 'InvalidInput',
    message: 'PolicyInputList.1: Syntax errors in policy: Effect must be Allow or Deny. (at Statement[0].Effect)',
  })
  const entry = { ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['me'], ContextKeyType: 'ip' as const }
  await assert.rejects(refused({ ContextEntries: [entry] }), { code: 'InvalidInput', message: /aws:SourceIp/ })
  await assert.rejects(refused({ CallerArn: arnOf('role/Ops') }), { code: 'InvalidInput' })
  await assert.rejects(refused({ ResourceHandlingOption: 'EC2-VPC-EBS' }), { code: 'InvalidInput' })
})

test('a user is simulated with its groups, its boundary, its name and its tags', async () => {
  await user('alice', [onTag])
  await root.query('iam', 'TagUser', { UserName: 'alice', Tags: [{ Key: 'team', Value: 'web' }] })
  await root.query('iam', 'CreateGroup', { GroupName: 'shells' })
  await root.query('iam', 'PutGroupPolicy', {
    GroupName: 'shells',
    PolicyName: 'start',
    PolicyDocument: JSON.stringify(allow('ssm:StartSession', node)),
  })
  await root.query('iam', 'AddUserToGroup', { GroupName: 'shells', UserName: 'alice' })
  await root.query('iam', 'CreatePolicy', {
    PolicyName: 'edge',
    PolicyDocument: JSON.stringify(allow(['ssm:StartSession', 'ssm:SendCommand'])),
  })
  const asked = {
    PolicySourceArn: arnOf('user/alice'),
    ActionNames: ['ssm:StartSession', 'ssm:SendCommand', 'ssm:GetDocument'],
    ResourceArns: [node],
    PolicyInputList: text(allow('ssm:GetDocument')),
    ContextEntries: [
      { ContextKeyName: 'aws:ResourceTag/team', ContextKeyValues: ['web'], ContextKeyType: 'string' as const },
    ],
  }
  const free = await root.query('iam', 'SimulatePrincipalPolicy', asked)
  await root.query('iam', 'PutUserPermissionsBoundary', {
    UserName: 'alice',
    PermissionsBoundary: arnOf('policy/edge'),
  })
  const bound = await root.query('iam', 'SimulatePrincipalPolicy', asked)
  const group = await root.query('iam', 'SimulatePrincipalPolicy', {
    PolicySourceArn: arnOf('group/shells'),
    ActionNames: ['ssm:StartSession'],
    ResourceArns: [node],
  })

  assert.deepEqual(elementsOf(free, 'EvalDecision'), ['allowed', 'allowed', 'allowed'])
  const sources = new Set(elementsOf(free, 'SourcePolicyId'))
  assert.deepEqual([...sources], ['group_shells_start', 'user_alice_policy-0', 'PolicyInputList.1'])
  assert.deepEqual([...new Set(elementsOf(free, 'SourcePolicyType'))], ['group', 'user', 'none'])
  assert.deepEqual(elementsOf(bound, 'EvalDecision'), ['allowed', 'allowed', 'implicitDeny'])
  assert.equal(elementOf(group, 'EvalDecision'), 'allowed')
})

test('who is not there cannot be simulated, and only who may ask is told so', async () => {
  const mallory = await user('mallory', [allow('iam:SimulatePrincipalPolicy', arnOf('user/mallory'))])
  const asked = (PolicySourceArn: string) => ({ PolicySourceArn, ActionNames: ['ssm:SendCommand'] })

  await assert.rejects(root.query('iam', 'SimulatePrincipalPolicy', asked(arnOf('role/none'))), {
    code: 'NoSuchEntity',
  })
  await assert.rejects(root.query('iam', 'SimulatePrincipalPolicy', asked(arnOf('policy/none'))), {
    code: 'InvalidInput',
  })
  await mallory.query('iam', 'SimulatePrincipalPolicy', asked(arnOf('user/mallory')))
  await assert.rejects(mallory.query('iam', 'SimulatePrincipalPolicy', asked(arnOf('user/alice'))), {
    code: 'AccessDenied',
  })
})

test('the keys that policies ask for are told, each once', async () => {
  await user('bob', [onTag])
  const custom = await root.query('iam', 'GetContextKeysForCustomPolicy', { PolicyInputList: text(onTag, onTag) })
  const own = await root.query('iam', 'GetContextKeysForPrincipalPolicy', { PolicySourceArn: arnOf('user/bob') })

  for (const answer of [custom, own]) {
    assert.deepEqual(elementsOf(answer, 'member'), ['aws:ResourceTag/team', 'aws:PrincipalTag/team'])
  }
})
