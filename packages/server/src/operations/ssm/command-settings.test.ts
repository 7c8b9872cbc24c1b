import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { account, allow, given, region } from '@fairlead/testkit/given'
import { registerFleet } from '../../../../testkit/src/fleet.ts'
import { SimulatedAgent } from '../../../../testkit/src/simulated-agent.ts'
import { makeNodeKeyPair } from '../../../../testkit/src/simulated-node.ts'

// One server for all.
const warnings: object[] = []
const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) }
const world = await given({ after }, { log })
const { root, user } = world
const [node] = await registerFleet(root, { url: world.url, region, keys: makeNodeKeyPair(), count: 1 })
const InstanceId = node?.nodeId ?? ''

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
})
await root.query('iam', 'CreateRole', { RoleName: 'Publisher', Path: '/ssm/', AssumeRolePolicyDocument: trust })
await root.query('iam', 'CreateRole', {
  RoleName: 'Stranger',
  AssumeRolePolicyDocument: trust.replace('ssm.amazonaws', 'ec2.amazonaws'),
})
const ServiceRoleArn = `arn:aws:iam::${account}:role/ssm/Publisher`
const NotificationArn = `arn:aws:sns:${region}:${account}:commands`
const send = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['true'] }, InstanceIds: [InstanceId] }

test('what a command asks of other services is kept and shown as AWS shows it, and its agent is told nothing of it', async () => {
  const contents: string[] = []
  const agent = node && new SimulatedAgent(node, { onJob: (job) => contents.push(job.content) })
  after(() => agent?.cut())
  await agent?.connect()
  const NotificationConfig = { NotificationArn, NotificationEvents: ['All'], NotificationType: 'Invocation' } as const
  const asked = {
    OutputS3BucketName: 'outputs',
    OutputS3KeyPrefix: 'team a/web',
    NotificationConfig,
    AlarmConfiguration: { IgnorePollAlarmFailure: false, Alarms: [{ Name: 'errors' }] },
  }
  const logs = { CloudWatchOutputEnabled: true }
  const { Command } = await root.call('ssm', 'SendCommand', {
    ...send,
    ...asked,
    ServiceRoleArn,
    CloudWatchOutputConfig: logs,
  })
  const CommandId = Command?.CommandId ?? ''
  const shown = {
    ServiceRole: ServiceRoleArn,
    NotificationConfig,
    CloudWatchOutputConfig: { ...logs, CloudWatchLogGroupName: '/aws/ssm/AWS-RunShellScript' },
  }
  assert.partialDeepStrictEqual(Command, { ...asked, ...shown })
  const [listed] = await eventually(async () => {
    const { Commands = [] } = await root.call('ssm', 'ListCommands', { CommandId })
    return Commands[0]?.Status === 'Success' ? Commands : undefined
  }, 'the end of the command')
  assert.partialDeepStrictEqual(listed, { ...asked, ...shown })

  const url = `https://s3.${region}.amazonaws.com/outputs/team%20a/web/${CommandId}/${InstanceId}/awsrunShellScript/0.awsrunShellScript`
  const urls = { StandardOutputUrl: `${url}/stdout`, StandardErrorUrl: `${url}/stderr` }
  const place = `team a/web/${CommandId}/${InstanceId}/awsrunShellScript`
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId, Details: true })
  assert.partialDeepStrictEqual(CommandInvocations[0], { ...shown, ...urls })
  assert.partialDeepStrictEqual(CommandInvocations[0]?.CommandPlugins?.[0], {
    ...urls,
    OutputS3Region: region,
    OutputS3BucketName: 'outputs',
    OutputS3KeyPrefix: place,
  })
  const found = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
  assert.partialDeepStrictEqual(found, { ...urls, CloudWatchOutputConfig: shown.CloudWatchOutputConfig })

  assert.equal(contents.length, 1)
  assert.partialDeepStrictEqual(JSON.parse(contents[0] ?? ''), {
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    CloudWatchOutputEnabled: 'false',
  })
  assert.deepEqual(
    warnings.filter((it) => 'members' in it),
    [
      {
        commandId: CommandId,
        members: ['NotificationConfig', 'OutputS3BucketName', 'CloudWatchOutputConfig', 'AlarmConfiguration'],
      },
    ],
  )
  await root.call('ssm', 'SendCommand', { ...send, OutputS3BucketName: 'outputs' })
  assert.equal(warnings.filter((it) => 'members' in it).length, 1)
})

test('a command that asks for nothing shows empty texts, as AWS does', async () => {
  const { Command } = await root.call('ssm', 'SendCommand', send)
  assert.partialDeepStrictEqual(Command, {
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    ServiceRole: '',
    NotificationConfig: { NotificationArn: '', NotificationEvents: [], NotificationType: '' },
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
  })
  assert.equal(Command?.AlarmConfiguration, undefined)
})

test('a role for notifications must be passed, exist under this ARN and trust Systems Manager', async () => {
  const NotificationConfig = { NotificationArn }
  const alice = await user('alice', [allow('ssm:SendCommand')])
  await assert.rejects(alice.call('ssm', 'SendCommand', { ...send, NotificationConfig, ServiceRoleArn }), {
    code: 'AccessDeniedException',
    message: /iam:PassRole on resource: .*:role\/ssm\/Publisher/,
  })
  await root.query('iam', 'PutUserPolicy', {
    UserName: 'alice',
    PolicyName: 'pass',
    PolicyDocument: JSON.stringify(allow('iam:PassRole', ServiceRoleArn)),
  })
  await alice.call('ssm', 'SendCommand', { ...send, NotificationConfig, ServiceRoleArn })
  for (const other of ['role/Publisher', 'role/Stranger', 'role/Nobody', 'user/alice']) {
    const arn = `arn:aws:iam::${account}:${other}`
    await assert.rejects(root.call('ssm', 'SendCommand', { ...send, NotificationConfig, ServiceRoleArn: arn }), {
      code: 'InvalidRole',
    })
  }
})

test('a bucket need not be allowed, and may be denied', async () => {
  const onNodesAndDocument = [`arn:aws:ssm:*:*:managed-instance/*`, 'arn:aws:ssm:*::document/*']
  const bob = await user('bob', [
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: onNodesAndDocument },
        { Effect: 'Deny', Action: 'ssm:SendCommand', Resource: 'arn:aws:s3:::secret-*' },
      ],
    },
  ])

  await bob.call('ssm', 'SendCommand', { ...send, OutputS3BucketName: 'outputs' })
  await assert.rejects(bob.call('ssm', 'SendCommand', { ...send, OutputS3BucketName: 'secret-outputs' }), {
    message:
      /ssm:SendCommand on resource: arn:aws:s3:::secret-outputs with an explicit deny in an identity-based policy$/,
  })
  const stranger = await user('stranger', [allow('ssm:SendCommand', onNodesAndDocument[0] ?? '')])
  await assert.rejects(stranger.call('ssm', 'SendCommand', { ...send, OutputS3BucketName: 'outputs' }), {
    message: /on resource: arn:aws:ssm:us-east-1::document\/AWS-RunShellScript because no identity-based policy/,
  })
})
