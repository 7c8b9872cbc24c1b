import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import type { ApiClient } from '../../../../testkit/src/api-client.ts'
import { registerFleet } from '../../../../testkit/src/fleet.ts'
import { account, allow, given, type PolicyText, region } from '../../../../testkit/src/given.ts'
import { makeNodeKeyPair } from '../../../../testkit/src/simulated-node.ts'
import { documentHash } from '../../domain/document-hash.ts'
import { awsRunShellScript } from '../../domain/documents/aws-run-shell-script.ts'

const keys = makeNodeKeyPair()
const stranger = 'mi-0123456789abcdef0'
const group = { Key: 'resource-groups:Name', Values: ['nobody'] } as const
const topic = 'arn:aws:sns:us-east-1:123456789012:commands'
const echo = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['echo hi'] } } as const

/** A server with nodes of role web (two) and role db (one), and a caller with these policies. */
async function world(t: TestContext, policies?: readonly PolicyText[]) {
  const { root, caller, url } = await given(t, policies ? { policies } : {})
  const order = { url, region, keys }
  const web = await registerFleet(root, { ...order, count: 2, roleName: 'Web', tags: { role: 'web' } })
  const db = await registerFleet(root, { ...order, count: 1, roleName: 'Db', tags: { role: 'db', only: '' } })
  return { root, caller, web: web.map(({ nodeId }) => nodeId), db: db.map(({ nodeId }) => nodeId) }
}

async function endsOf(client: ApiClient, CommandId: string | undefined): Promise<Record<string, string | undefined>> {
  assert.ok(CommandId)
  const { CommandInvocations = [] } = await client.call('ssm', 'ListCommandInvocations', { CommandId })
  return Object.fromEntries(CommandInvocations.map(({ InstanceId = '', StatusDetails }) => [InstanceId, StatusDetails]))
}

test('a command is answered as AWS answers it, and can be read at once', async (t) => {
  const { root, web } = await world(t)
  const [InstanceId = ''] = web
  const { Command } = await root.call('ssm', 'SendCommand', { ...echo, InstanceIds: [InstanceId], Comment: 'hello' })
  assert.ok(Command?.RequestedDateTime && Command.ExpiresAfter)
  assert.match(Command.CommandId ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(Command.ExpiresAfter.getTime() - Command.RequestedDateTime.getTime(), 7_200_000)
  assert.partialDeepStrictEqual(Command, {
    DocumentName: 'AWS-RunShellScript',
    DocumentVersion: '$DEFAULT',
    Comment: 'hello',
    Parameters: { commands: ['echo hi'] },
    InstanceIds: [InstanceId],
    Targets: [],
    Status: 'Pending',
    StatusDetails: 'Pending',
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: 1,
    CompletedCount: 0,
    ErrorCount: 0,
    TimeoutSeconds: 3600,
  })
  const invocation = await root.call('ssm', 'GetCommandInvocation', { CommandId: Command.CommandId ?? '', InstanceId })
  assert.partialDeepStrictEqual(invocation, {
    Status: 'Pending',
    ResponseCode: -1,
    PluginName: 'aws:runShellScript',
    ExecutionStartDateTime: '',
  })
})

test('targets find nodes by tag, by tag key and by id, and all of them must hold', async (t) => {
  const { root, web, db } = await world(t)
  const [first = ''] = web
  const cases: readonly [targets: SendCommandRequest['Targets'], nodes: readonly string[]][] = [
    [[{ Key: 'tag:role', Values: ['web'] }], web],
    [[{ Key: 'tag:role', Values: ['web', 'db'] }], [...web, ...db]],
    [[{ Key: 'tag:role', Values: ['Web'] }], []],
    [[{ Key: 'tag-key', Values: ['only'] }], db],
    [[{ Key: 'tag:only', Values: [''] }], db],
    [[{ Key: 'InstanceIds', Values: [first] }], [first]],
    [
      [
        { Key: 'InstanceIds', Values: [first] },
        { Key: 'tag:role', Values: ['db'] },
      ],
      [],
    ],
    [
      [
        { Key: 'InstanceIds', Values: [first, ...db] },
        { Key: 'tag:role', Values: ['db'] },
      ],
      db,
    ],
  ]
  for (const [Targets, nodes] of cases) {
    const { Command } = await root.call('ssm', 'SendCommand', { ...echo, Targets })
    assert.equal(Command?.TargetCount, nodes.length)
    assert.deepEqual(Object.keys(await endsOf(root, Command.CommandId)).sort(), [...nodes].sort())
  }
})

test('no node with the tag is a success that says so', async (t) => {
  const { root } = await given(t)
  const { Command } = await root.call('ssm', 'SendCommand', {
    ...echo,
    Targets: [{ Key: 'tag:role', Values: ['none'] }],
  })
  assert.deepEqual([Command?.TargetCount, Command?.Status], [0, 'Pending'])
  const { Commands = [] } = await root.call('ssm', 'ListCommands', { CommandId: Command?.CommandId })
  assert.deepEqual(
    Commands.map(({ Status, StatusDetails }) => [Status, StatusDetails]),
    [['Success', 'NoInstancesInTag']],
  )
})

test('a node that is asked for by id among targets and does not exist is reported, not left out', async (t) => {
  const { root, web } = await world(t)
  const [first = ''] = web
  const { Command } = await root.call('ssm', 'SendCommand', {
    ...echo,
    Targets: [{ Key: 'InstanceIds', Values: [first, stranger] }],
  })
  assert.deepEqual(await endsOf(root, Command?.CommandId), { [first]: 'Pending', [stranger]: 'Undeliverable' })
})

test('what cannot be done is refused with the code that AWS gives it', async (t) => {
  const { root, web } = await world(t)
  const [node = ''] = web
  const on = { ...echo, InstanceIds: [node] }
  const remote = {
    sourceType: ['HTTP'],
    sourceInfo: ['{"url":"https://example.com/a"}'],
    commandLine: ['a'],
    workingDirectory: ['/tmp'],
    executionTimeout: ['60'],
  }
  const cases: readonly [input: SendCommandRequest, code: string, message: RegExp][] = [
    [echo, 'ValidationException', /InstanceIds or Targets/],
    [{ ...on, Targets: [{ Key: 'tag:a', Values: ['b'] }] }, 'ValidationException', /together/],
    [{ ...echo, InstanceIds: [node, node] }, 'DuplicateInstanceId', /once/],
    [
      { ...echo, InstanceIds: [node, stranger] },
      'InvalidInstanceId',
      new RegExp(`^Instances \\[\\[${stranger}\\]\\] not in a valid state for account ${account}$`),
    ],
    [{ ...on, DocumentName: 'No-Such-Document' }, 'InvalidDocument', /No-Such-Document/],
    [{ ...on, DocumentName: 'arn:aws:ssm:eu-west-1::document/AWS-RunShellScript' }, 'InvalidDocument', /eu-west-1/],
    [{ ...on, DocumentVersion: '7' }, 'InvalidDocumentVersion', /version/],
    [{ ...on, DocumentHash: '0'.repeat(64), DocumentHashType: 'Sha256' }, 'InvalidDocument', /hash/],
    [{ ...on, Parameters: {} }, 'InvalidParameters', /"commands" is required/],
    [{ ...on, Parameters: { commands: ['a'], speed: ['9'] } }, 'InvalidParameters', /does not support parameters/],
    [{ ...on, Parameters: { commands: ['a'], executionTimeout: ['0'] } }, 'InvalidParameters', /executionTimeout/],
    ...Object.keys(remote).map((name): [SendCommandRequest, string, RegExp] => [
      { ...on, DocumentName: 'AWS-RunRemoteScript', Parameters: { ...remote, [name]: [] } },
      'InvalidParameters',
      new RegExp(`"${name}" is not a String`),
    ]),
    [{ ...on, Parameters: { commands: ['x'.repeat(100_001)] } }, 'MaxDocumentSizeExceeded', /100000/],
    [{ ...on, TimeoutSeconds: 29 }, 'ValidationException', /timeoutSeconds/],
    [{ ...on, MaxConcurrency: '0' }, 'ValidationException', /maxConcurrency/],
    [{ ...echo, Targets: [group] }, 'ValidationException', /no resource group nobody/],
    [{ ...echo, Targets: [{ ...group, Values: ['a', 'b'] }] }, 'ValidationException', /must name one group/],
    [{ ...echo, Targets: [group, { Key: 'tag:a', Values: ['b'] }] }, 'ValidationException', /ResourceTypeFilters only/],
    [
      { ...echo, Targets: [{ ...group, Key: 'resource-groups:ResourceTypeFilters' }] },
      'ValidationException',
      /one group/,
    ],
    [{ ...echo, Targets: [{ Key: 'resource-groups:Nome', Values: ['g'] }] }, 'ValidationException', /not supported/],
    [{ ...echo, Targets: [{ Key: 'InstanceIds', Values: ['*', stranger] }] }, 'ValidationException', /not both/],
    [{ ...echo, Targets: [{ Key: 'tag:a', Values: [] }] }, 'ValidationException', /no values/],
    [{ ...on, OutputS3BucketName: 'My_Bucket' }, 'InvalidOutputFolder', /My_Bucket/],
    [{ ...on, OutputS3BucketName: 'xn--bucket' }, 'InvalidOutputFolder', /xn--bucket/],
    [{ ...on, AlarmConfiguration: { Alarms: [] } }, 'ValidationException', /alarms/],
    [{ ...on, ServiceRoleArn: 'arn:aws:iam::123456789012:role/r' }, 'InvalidRole', /role\/r/],
    [{ ...on, NotificationConfig: { NotificationArn: 'arn' } }, 'InvalidNotificationConfig', /SNS topic/],
    [{ ...on, NotificationConfig: { NotificationEvents: ['All'] } }, 'InvalidNotificationConfig', /SNS topic/],
    [{ ...on, NotificationConfig: { NotificationArn: topic } }, 'InvalidRole', /ServiceRoleArn/],
  ]
  for (const [input, code, message] of cases) {
    await assert.rejects(root.call('ssm', 'SendCommand', input), { code, message }, JSON.stringify(input).slice(0, 200))
  }
  assert.deepEqual((await root.call('ssm', 'ListCommands', {})).Commands, [])
})

test('what clients send out of habit is taken as nothing', async (t) => {
  const { root, web } = await world(t)
  const { Command } = await root.call('ssm', 'SendCommand', {
    ...echo,
    InstanceIds: web,
    DocumentName: `arn:aws:ssm:${region}::document/AWS-RunShellScript`,
    DocumentVersion: '$LATEST',
    DocumentHash: documentHash(awsRunShellScript.content),
    DocumentHashType: 'Sha256',
    CloudWatchOutputConfig: { CloudWatchOutputEnabled: false },
    OutputS3KeyPrefix: '',
    OutputS3Region: 'us-east-1',
  })
  assert.equal(Command?.DocumentName, 'AWS-RunShellScript')
})

const documents = allow('ssm:SendCommand', 'arn:aws:ssm:*:*:document/*')
const reading = allow(['ssm:ListCommands', 'ssm:ListCommandInvocations'])
const webOnly: PolicyText = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: 'arn:aws:ssm:*:*:managed-instance/*',
      Condition: { StringLike: { 'ssm:resourceTag/role': ['web'] } },
    },
  ],
}

test('one denied node refuses a call that names its nodes, and nothing is sent', async (t) => {
  const { root, caller, web, db } = await world(t, [documents, webOnly, reading])
  const [denied = ''] = db
  await caller.call('ssm', 'SendCommand', { ...echo, InstanceIds: web })
  await assert.rejects(caller.call('ssm', 'SendCommand', { ...echo, InstanceIds: [...web, denied] }), {
    code: 'AccessDeniedException',
    message: new RegExp(
      `is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:${region}:${account}:managed-instance/${denied}`,
    ),
  })
  assert.equal((await root.call('ssm', 'ListCommands', {})).Commands?.length, 1)
})

test('without the document no node helps', async (t) => {
  const { caller, web } = await world(t, [webOnly])
  await assert.rejects(caller.call('ssm', 'SendCommand', { ...echo, InstanceIds: web }), {
    code: 'AccessDeniedException',
    message: /arn:aws:ssm:us-east-1::document\/AWS-RunShellScript/,
  })
})

test('of targeted nodes the denied ones end as AccessDenied, which does not count against MaxErrors', async (t) => {
  const { caller, web, db } = await world(t, [documents, webOnly, reading])
  const { Command } = await caller.call('ssm', 'SendCommand', {
    ...echo,
    Targets: [{ Key: 'tag-key', Values: ['role'] }],
  })
  const [one = '', two = ''] = web
  assert.deepEqual(await endsOf(caller, Command?.CommandId), {
    [one]: 'Pending',
    [two]: 'Pending',
    [db[0] ?? '']: 'AccessDenied',
  })
  const { Commands = [] } = await caller.call('ssm', 'ListCommands', {})
  assert.partialDeepStrictEqual(Commands, [{ Status: 'InProgress', TargetCount: 3, CompletedCount: 1, ErrorCount: 0 }])
})

test('targets of which none is allowed are refused, and a caller without rights cannot probe for tags', async (t) => {
  const { caller } = await world(t, [documents, webOnly])
  for (const value of ['db', 'no-such-role']) {
    await assert.rejects(
      caller.call('ssm', 'SendCommand', { ...echo, Targets: [{ Key: 'tag:role', Values: [value] }] }),
      {
        code: 'AccessDeniedException',
      },
    )
  }
})

test('a command goes to the nodes that are in a resource group now, and to all nodes', async (t) => {
  const { root, web, db } = await world(t)
  const query = { ResourceTypeFilters: ['AWS::AllSupported'], TagFilters: [{ Key: 'role', Values: ['web'] }] }
  const ResourceQuery = { Type: 'TAG_FILTERS_1_0', Query: JSON.stringify(query) } as const
  await root.call('resource-groups', 'CreateGroup', { Name: 'web', ResourceQuery })
  const sentTo = async (...Targets: NonNullable<SendCommandRequest['Targets']>) => {
    const { Command } = await root.call('ssm', 'SendCommand', { ...echo, Targets })
    return Object.keys(await endsOf(root, Command?.CommandId)).toSorted()
  }
  const named = { Key: 'resource-groups:Name', Values: ['web'] }
  const typed = (type: string) => ({ Key: 'resource-groups:ResourceTypeFilters', Values: [type] })
  assert.deepEqual(await sentTo(named), web.toSorted())
  assert.deepEqual(await sentTo(named, typed('AWS::SSM::ManagedInstance')), web.toSorted())
  assert.deepEqual(await sentTo(named, typed('AWS::EC2::INSTANCE')), [])
  assert.deepEqual(await sentTo({ Key: 'InstanceIds', Values: ['*'] }), [...web, ...db].toSorted())
  assert.deepEqual(await sentTo({ Key: 'instanceids', Values: ['*'] }, { Key: 'tag-key', Values: ['only'] }), db)
})

test('who sends to a resource group must be allowed to see who is in it, and each node decides for itself', async (t) => {
  const { root, caller } = await world(t, [documents, webOnly, reading])
  const query = { ResourceTypeFilters: ['AWS::AllSupported'], TagFilters: [{ Key: 'role' }] }
  const ResourceQuery = { Type: 'TAG_FILTERS_1_0', Query: JSON.stringify(query) } as const
  await root.call('resource-groups', 'CreateGroup', { Name: 'all', ResourceQuery })
  const input = { ...echo, Targets: [{ Key: 'resource-groups:Name', Values: ['all'] }] }
  await assert.rejects(caller.call('ssm', 'SendCommand', input), {
    code: 'AccessDeniedException',
    message: /resource-groups:ListGroupResources on resource: .*:group\/all/,
  })
  const document = allow('resource-groups:ListGroupResources', `arn:aws:resource-groups:${region}:${account}:group/all`)
  await root.query('iam', 'PutUserPolicy', {
    UserName: 'alice',
    PolicyName: 'groups',
    PolicyDocument: JSON.stringify(document),
  })
  const { Command } = await caller.call('ssm', 'SendCommand', input)
  const ends = Object.values(await endsOf(caller, Command?.CommandId)).toSorted()
  assert.deepEqual(ends, ['AccessDenied', 'Pending', 'Pending'])
})
