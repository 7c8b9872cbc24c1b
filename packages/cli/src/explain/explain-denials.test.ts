import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type ApiClient, elementOf } from '@fairlead/testkit/api-client'
import { account, allow, deny, given } from '@fairlead/testkit/given'
import { clientCall } from '@fairlead/wire/codec'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { explainCommand } from './explain-command.ts'

// One server for all: what `fairlead explain` says of each kind of policy that can keep somebody out.
const { root, user, client, dataDir } = await given({ after })
const text = (policy: object) => JSON.stringify(policy)
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`
const trust = (...Statement: readonly object[]) => text({ Version: '2012-10-17', Statement })
const trusting = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }

/** What is said of a call that is denied. */
async function explained(
  caller: ApiClient,
  service: 'ssm' | 'sts' | 'kms',
  { headers, body }: ReturnType<typeof clientCall>,
): Promise<string> {
  const answer = await caller.send({ service, headers, body })
  assert.match(String(answer.body), /AccessDenied/)
  const surroundings = testSurroundings()
  await explainCommand(String(answer.headers['x-amzn-requestid']), { dataDir }, surroundings)
  return surroundings.said()
}

async function makeRole(RoleName: string, trustPolicy: string): Promise<string> {
  await root.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: trustPolicy })
  return arn(`role/${RoleName}`)
}

const listCommands = clientCall('ssm', 'ListCommands', {})
const alice = await user('alice', [allow('*')])

test('a Deny among several policies is named, with its statement', async () => {
  const bob = await user('bob', [allow('ssm:*'), deny('ssm:ListCommands')])

  const said = await explained(bob, 'ssm', listCommands)

  assert.match(said, /^Denied: ssm:ListCommands[^\n]*\n {2}Denied by statement 1 of policy-1\n/m)
  assert.doesNotMatch(said, /policy-0/)
})

test('who has no policy at all is told so', async () => {
  const nobody = await user('nobody', [])

  assert.match(await explained(nobody, 'ssm', listCommands), /^ {2}There is no identity-based policy for it\./m)
})

test('a permissions boundary that does not allow is named as one', async () => {
  const carol = await user('carol', [allow('*')])
  await root.query('iam', 'CreatePolicy', { PolicyName: 'edge', PolicyDocument: text(allow('ssm:GetDocument')) })
  await root.query('iam', 'PutUserPermissionsBoundary', {
    UserName: 'carol',
    PermissionsBoundary: arn('policy/edge'),
  })

  const said = await explained(carol, 'ssm', listCommands)

  assert.match(said, /No permissions boundary allows it\. What came nearest:\n {2}- statement 1 of \S*policy\/edge/)
  assert.match(said, /Action: ssm:GetDocument, but it is ssm:ListCommands/)
})

test('a session policy that does not allow, or denies, is named as one', async () => {
  const RoleArn = await makeRole('session', trust(trusting))
  await root.query('iam', 'PutRolePolicy', { RoleName: 'session', PolicyName: 'p', PolicyDocument: text(allow('*')) })
  const sessionUnder = async (policy: object) => {
    const asked = { RoleArn, RoleSessionName: 'work', Policy: text(policy) }
    const answer = await alice.query('sts', 'AssumeRole', asked)
    return client({
      accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
      secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
      sessionToken: elementOf(answer, 'SessionToken'),
    })
  }

  const narrow = await explained(await sessionUnder(allow('ssm:GetDocument')), 'ssm', listCommands)
  const denying = await explained(await sessionUnder(deny('ssm:ListCommands')), 'ssm', listCommands)

  assert.match(narrow, new RegExp(`^arn:aws:sts::${account}:assumed-role/session/work called`))
  assert.match(narrow, /No session policy allows it\./)
  assert.match(denying, /Denied by statement 1 of [^\n]*, the session policy/)
})

test('a trust policy that names others, or denies, is named as the policy of the resource', async () => {
  const others = await makeRole('others', trust({ ...trusting, Principal: { AWS: arn('role/session') } }))
  const denies = await makeRole('denies', trust(trusting, { ...trusting, Effect: 'Deny', Sid: 'NotNow' }))
  const assume = (RoleArn: string) =>
    explained(alice, 'sts', clientCall('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'work' }))

  const named = await assume(others)
  assert.match(named, /Denied: sts:AssumeRole on \S*role\/others\n {2}No policy of the resource allows it\./)
  assert.match(named, /Principal: \S*role\/session, but it is \S*user\/alice/)
  assert.match(await assume(denies), /Denied by statement 2 \(NotNow\) of [^\n]*, the policy of the resource/)
})

test('a key policy that leaves somebody out is named as the policy of the resource', async () => {
  const Statement = [{ Effect: 'Allow', Principal: { AWS: arn('root') }, Action: 'kms:*', Resource: '*' }]
  const denial = { Effect: 'Deny', Principal: { AWS: arn('user/alice') }, Action: 'kms:Encrypt', Resource: '*' }
  const Policy = text({ Version: '2012-10-17', Statement: [...Statement, denial] })
  const { KeyMetadata } = await root.call('kms', 'CreateKey', { Policy })

  const KeyId = KeyMetadata?.KeyId ?? ''
  const said = await explained(alice, 'kms', clientCall('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') }))

  assert.match(
    said,
    /Denied: kms:Encrypt on \S*:key\/\S*\n {2}Denied by statement 2 of [^\n]*, the policy of the resource/,
  )
})
