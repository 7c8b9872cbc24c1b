import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { elementOf } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import type { PolicyText } from '@fairlead/testkit/given'
import { runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { bothTags, eitherTag, finance } from './user-guide/run-command-policies.ts'

const region = 'us-west-1'
const account = '123456789012'
const withoutCli = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

// One server and two nodes for all; each test has users and tag keys of its own.
const server = await runServer({ after }, { region })
const root = server.client()
const web = await runNode({ after }, server, { tags: { Finance: 'WebServers' } })
const other = await runNode({ after }, server, { tags: { Finance: 'Databases' } })

describe('a user who may command the nodes tagged Finance=WebServers', () => {
  test('runs on the tagged node when the policy names managed instances', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*', 'ssm:*:*:managed-instance/*']))

    const sent = await send(alice, { InstanceIds: [web.nodeId] })

    const answer = await ended(sent, web.nodeId)
    assert.equal(answer.Status, 'Success')
    assert.equal(answer.StandardOutputContent, 'ran\n')
  })

  test('is refused on the other node in the words of AWS, and nothing is made', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*', 'ssm:*:*:managed-instance/*']))
    const before = await commandCount()

    await assert.rejects(send(alice, { InstanceIds: [other.nodeId] }), denied(alice.name, arnOf(other.nodeId)))

    assert.equal(await commandCount(), before)
  })

  test('is refused for both when one of the two is not allowed, and neither runs', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*', 'ssm:*:*:managed-instance/*']))
    const before = await commandCount()

    for (const InstanceIds of [
      [web.nodeId, other.nodeId],
      [other.nodeId, web.nodeId],
    ]) {
      await assert.rejects(send(alice, { InstanceIds }), denied(alice.name, arnOf(other.nodeId)))
    }

    assert.equal(await commandCount(), before)
  })

  test('who chooses nodes by tag runs where it may, and the other ends as AccessDenied', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*', 'ssm:*:*:managed-instance/*']))

    const sent = await send(alice, { Targets: [{ Key: 'tag-key', Values: ['Finance'] }] })

    assert.equal((await ended(sent, web.nodeId)).Status, 'Success')
    const refused = await ended(sent, other.nodeId)
    assert.equal(refused.StatusDetails, 'AccessDenied')
    assert.equal(refused.StandardOutputContent, '')
    const command = await eventually(async () => {
      const { Commands = [] } = await root.call('ssm', 'ListCommands', { CommandId: sent })
      return Commands[0]?.CompletedCount === 2 ? Commands[0] : undefined
    }, 'the command is complete')
    assert.equal(command.TargetCount, 2)
    assert.equal(command.Status, 'Success', 'a denied node counts for nothing')
  })

  test('who chooses by tag nodes of which none is allowed is refused as a whole', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*', 'ssm:*:*:managed-instance/*']))
    const before = await commandCount()

    for (const Values of [['Databases'], ['NoSuchValue']]) {
      await assert.rejects(send(alice, { Targets: [{ Key: 'tag:Finance', Values }] }), {
        code: 'AccessDeniedException',
      })
    }

    assert.equal(await commandCount(), before)
  })

  test('has nothing of the policy as printed, which names EC2 instances alone', async () => {
    const alice = await makeUser(server, finance(['ec2:*:*:instance/*']))

    await assert.rejects(send(alice, { InstanceIds: [web.nodeId] }), denied(alice.name, arnOf(web.nodeId)))
  })

  test('is held to the value in the policy, letter by letter, and to no case of the key', async () => {
    const alice = await makeUser(server, finance(['ssm:*:*:managed-instance/*']))
    const { nodeId } = other

    for (const [key, value, allowed] of [
      ['Finance', 'WebServer', false],
      ['Finance', 'webservers', false],
      ['Finance', 'WebServers2', false],
      ['Finance', '', false],
      ['finance', 'WebServers', true],
    ] as const) {
      await retag(nodeId, { [key]: value })
      assert.equal(await isAllowed(alice, nodeId), allowed, `${key}=${value}`)
    }
    await retag(nodeId, { Finance: 'Databases' })
  })
})

describe('the policies for groups of tagged nodes', () => {
  const cases: readonly [tags: Record<string, string>, both: boolean, either: boolean][] = [
    [{}, false, false],
    [{ tag_key1: 'tag_value1' }, false, true],
    [{ tag_key2: 'tag_value2' }, false, true],
    [{ tag_key1: 'tag_value1', tag_key2: 'tag_value2' }, true, true],
    [{ tag_key1: 'x', tag_key2: 'tag_value2' }, false, true],
    [{ tag_key1: 'x', tag_key2: 'x' }, false, false],
    [{ tag_key1: 'tag_value2', tag_key2: 'tag_value1' }, false, false],
  ]

  test('allow exactly the tagged nodes: both tags on one node, or either of them', async () => {
    const bob = await makeUser(server, bothTags)
    const carol = await makeUser(server, eitherTag)

    for (const [tags, both, either] of cases) {
      await retag(web.nodeId, tags)
      assert.equal(await isAllowed(bob, web.nodeId), both, `both tags, ${JSON.stringify(tags)}`)
      assert.equal(await isAllowed(carol, web.nodeId), either, `either tag, ${JSON.stringify(tags)}`)
    }
  })

  test('take one node of each group in one call for either tag, and refuse it for both', async () => {
    const bob = await makeUser(server, bothTags)
    const carol = await makeUser(server, eitherTag)
    await retag(web.nodeId, { tag_key1: 'tag_value1' })
    await retag(other.nodeId, { tag_key2: 'tag_value2' })
    const InstanceIds = [web.nodeId, other.nodeId]

    await assert.rejects(send(bob, { InstanceIds }), denied(bob.name, arnOf(web.nodeId)))
    const sent = await send(carol, { InstanceIds })

    for (const nodeId of InstanceIds) assert.equal((await ended(sent, nodeId)).Status, 'Success')
  })

  test('let a user list commands, and cancel none', async () => {
    const bob = await makeUser(server, bothTags)

    await bob.client.call('ssm', 'ListCommands', { MaxResults: 1 })
    await bob.client.call('ssm', 'ListCommandInvocations', { MaxResults: 1 })
    await assert.rejects(
      bob.client.call('ssm', 'CancelCommand', { CommandId: '00000000-0000-0000-0000-000000000000' }),
      { code: 'AccessDeniedException' },
    )
  })

  test("reach AWS's documents in the regions that they name, and in no other", async (t) => {
    const east = await runServer(t, { region: 'us-east-1' })
    const node = await runNode(t, east, { tags: { tag_key1: 'tag_value1', tag_key2: 'tag_value2' } })

    for (const policy of [bothTags, eitherTag]) {
      const user = await makeUser(east, policy)
      await assert.rejects(
        send(user, { InstanceIds: [node.nodeId] }),
        denied(user.name, 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript'),
      )
    }
  })
})

interface User {
  readonly name: string
  readonly client: ApiClient
}

/** A user whose policy was put by `aws iam put-user-policy`, or by the API where there is no AWS CLI. */
async function makeUser(where: RunningServer, policy: PolicyText): Promise<User> {
  const admin = where.client()
  const name = `user-${process.hrtime.bigint()}`
  await admin.query('iam', 'CreateUser', { UserName: name })
  const PolicyDocument = JSON.stringify(policy)
  if (withoutCli) await admin.query('iam', 'PutUserPolicy', { UserName: name, PolicyName: 'only', PolicyDocument })
  else {
    const { url, credentialsFile } = where
    const aws = new AwsCli({ after }, { url, region: where.region, credentialsFile })
    await aws.call(`iam put-user-policy --user-name ${name} --policy-name only --policy-document`, PolicyDocument)
  }
  const key = await admin.query('iam', 'CreateAccessKey', { UserName: name })
  const [accessKeyId = '', secretAccessKey = ''] = [elementOf(key, 'AccessKeyId'), elementOf(key, 'SecretAccessKey')]
  return { name, client: where.client({ accessKeyId, secretAccessKey }) }
}

async function send(
  { client }: User,
  nodes: { InstanceIds: string[] } | { Targets: { Key: string; Values: string[] }[] },
): Promise<string> {
  const { Command } = await client.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands: ['echo ran'] },
    ...nodes,
  })
  return Command?.CommandId ?? ''
}

async function isAllowed(user: User, nodeId: string): Promise<boolean> {
  try {
    await send(user, { InstanceIds: [nodeId] })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'AccessDeniedException') return false
    throw error
  }
}

function ended(CommandId: string, InstanceId: string) {
  return eventually(async () => {
    const answer = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
    return ['Pending', 'InProgress', 'Delayed'].includes(answer.Status ?? '') ? undefined : answer
  }, `${CommandId} has ended on ${InstanceId}`)
}

async function retag(nodeId: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const resource = { ResourceType: 'ManagedInstance', ResourceId: nodeId } as const
  const { TagList = [] } = await root.call('ssm', 'ListTagsForResource', resource)
  const TagKeys = TagList.map(({ Key = '' }) => Key)
  if (TagKeys.length > 0) await root.call('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys })
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  if (Tags.length > 0) await root.call('ssm', 'AddTagsToResource', { ...resource, Tags })
}

async function commandCount(): Promise<number> {
  let count = 0
  let NextToken: string | undefined
  do {
    const page = await root.call('ssm', 'ListCommands', { MaxResults: 50, ...(NextToken ? { NextToken } : {}) })
    count += page.Commands?.length ?? 0
    NextToken = page.NextToken || undefined
  } while (NextToken !== undefined)
  return count
}

function arnOf(nodeId: string): string {
  return `arn:aws:ssm:${region}:${account}:managed-instance/${nodeId}`
}

function denied(user: string, resource: string): { code: string; status: number; message: string } {
  return {
    code: 'AccessDeniedException',
    status: 400,
    message:
      `User: arn:aws:iam::${account}:user/${user} is not authorized to perform: ssm:SendCommand on resource: ${resource} ` +
      'because no identity-based policy allows the ssm:SendCommand action',
  }
}
