import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { given } from '@fairlead/testkit/given'
import { NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'
import { elementOf } from '@fairlead/testkit/xml'

// Which condition keys a request has is AWS's to say (authorization reference, 1.5): Null and …IfExists can tell.

/** Who asks: by its long-term key, by a session that was marked, by a node's own credentials. */
type Kind = 'user' | 'session' | 'node'

/** Every key that holds for a whole request, and for whom AWS sets it. */
const keys: Readonly<Record<string, readonly Kind[]>> = {
  'aws:PrincipalArn': ['user', 'session', 'node'],
  'aws:PrincipalAccount': ['user', 'session', 'node'],
  'aws:PrincipalType': ['user', 'session', 'node'],
  'aws:PrincipalIsAWSService': ['user', 'session', 'node'],
  'aws:PrincipalTag/team': ['user', 'session'],
  'aws:PrincipalTag/other': [],
  'aws:userid': ['user', 'session', 'node'],
  'aws:username': ['user'],
  'aws:SourceIp': ['user', 'session', 'node'],
  'aws:SecureTransport': ['user', 'session', 'node'],
  'aws:CurrentTime': ['user', 'session', 'node'],
  'aws:EpochTime': ['user', 'session', 'node'],
  'aws:RequestedRegion': ['user', 'session', 'node'],
  'aws:UserAgent': ['user'],
  'aws:ResourceAccount': ['user', 'session', 'node'],
  'aws:ViaAWSService': ['user', 'session', 'node'],
  'aws:TokenIssueTime': ['session', 'node'],
  'aws:MultiFactorAuthPresent': ['session', 'node'],
  'aws:MultiFactorAuthAge': [],
  'aws:SourceIdentity': ['session'],
  'ssm:SourceInstanceARN': ['node'],
  'ec2:SourceInstanceARN': [],
  // Of requests that give tags, touch documents, come through endpoints, organizations or other services.
  'aws:RequestTag/team': [],
  'aws:TagKeys': [],
  'aws:ResourceTag/team': [],
  'ssm:resourceTag/team': [],
  'ssm:DocumentType': [],
  'ssm:SessionDocumentAccessCheck': [],
  'aws:PrincipalOrgID': [],
  'aws:SourceVpc': [],
  'aws:SourceArn': [],
  'aws:SourceAccount': [],
  'aws:CalledVia': [],
  'aws:FederatedProvider': [],
  'aws:Referer': [],
}

const server = await given({ after })
const { root, user, client } = server
const text = (value: object) => JSON.stringify(value)
const tags = [{ Key: 'team', Value: 'red' }]

/** Two statements, so that neither an allowed nor a refused request passes for the wrong reason. */
function ifThere(key: string): string {
  const when = (isNull: boolean) => ({ Null: { [key]: String(isNull) } })
  return text({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ssm:DescribeInstanceInformation', Resource: '*', Condition: when(false) },
      { Effect: 'Allow', Action: 'ssm:ListCommands', Resource: '*', Condition: when(true) },
    ],
  })
}

/** Whether a caller's requests have the key. */
async function has(caller: ApiClient, userAgent: boolean): Promise<boolean> {
  const ask = async (operation: string) => {
    const answer = await caller.send({
      service: 'ssm',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${operation}`,
        ...(userAgent ? { 'user-agent': 'test/1' } : {}),
      },
      body: Buffer.from('{}'),
    })
    return answer.status === 200
  }
  const [there, absent] = [await ask('DescribeInstanceInformation'), await ask('ListCommands')]
  assert.notEqual(there, absent)
  return there
}

async function differing(kind: Kind, caller: ApiClient, put: (policy: string) => Promise<unknown>): Promise<string[]> {
  const wrong: string[] = []
  for (const [key, kinds] of Object.entries(keys)) {
    await put(ifThere(key))
    if ((await has(caller, kind === 'user')) !== kinds.includes(kind)) wrong.push(key)
  }
  return wrong
}

const putRolePolicy = (RoleName: string) => (PolicyDocument: string) =>
  root.query('iam', 'PutRolePolicy', { RoleName, PolicyName: 'keys', PolicyDocument })

test("a user's request has the condition keys that AWS sets, and no others", async () => {
  const alice = await user('alice', [])
  await root.query('iam', 'TagUser', { UserName: 'alice', Tags: tags })

  const wrong = await differing('user', alice, (PolicyDocument) =>
    root.query('iam', 'PutUserPolicy', { UserName: 'alice', PolicyName: 'keys', PolicyDocument }),
  )

  assert.deepEqual(wrong, [])
})

test('a request of a session has the keys of its marks and of its token', async () => {
  const bob = await user('bob', [])
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:user/bob' },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  }
  await root.query('iam', 'CreateRole', { RoleName: 'marked', AssumeRolePolicyDocument: text(trust) })
  const answer = await bob.query('sts', 'AssumeRole', {
    RoleArn: 'arn:aws:iam::123456789012:role/marked',
    RoleSessionName: 'work',
    SourceIdentity: 'bob',
    Tags: tags,
  })
  const session = client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })

  assert.deepEqual(await differing('session', session, putRolePolicy('marked')), [])
})

test('what AWS owns is in no account of ours', async () => {
  const carol = await user('carol', [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceAccount': '123456789012' } },
        },
      ],
    },
  ])

  await carol.call('ssm', 'GetDocument', { Name: 'SSM-SessionManagerRunShell' })
  await carol.query('iam', 'GetUser', { UserName: 'carol' })
  await assert.rejects(carol.call('ssm', 'GetDocument', { Name: 'AWS-RunShellScript' }), {
    code: 'AccessDeniedException',
  })
  const made = { Name: 'AWS-RunShellScript', Content: '{}' }
  await assert.rejects(carol.call('ssm', 'CreateDocument', made), { code: 'AccessDeniedException' })
  await assert.rejects(
    carol.query('iam', 'GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' }),
    { code: 'AccessDenied' },
  )
})

test("a node's request says which node it comes from", async () => {
  await nodeRole(server)
  const node = await NodeMachine.register(server)
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await root.query('iam', 'DetachRolePolicy', { RoleName: 'nodes', PolicyArn })

  assert.deepEqual(await differing('node', await node.client(), putRolePolicy('nodes')), [])
})
