import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { after, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CancelCommandCommand,
  CreateActivationCommand,
  GetCommandInvocationCommand,
  InvalidDocument,
  InvocationDoesNotExist,
  paginateListCommands,
  SendCommandCommand,
  SSMClient,
  SSMServiceException,
  waitUntilCommandExecuted,
} from '@aws-sdk/client-ssm'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { eventually } from '@fairlead/testkit/eventually'
import { readCredentials } from '@fairlead/testkit/given'
import { runAgent } from '@fairlead/testkit/running-agent'
import { makeNodeRole, runNode, untilOnline } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'

// One server and one node for all; the tests only look at what is their own.
const server = await runServer({ after })
const { accessKeyId, secretAccessKey } = readCredentials(server.credentialsFile)
const settings = {
  endpoint: server.url,
  region: server.region,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
}
const ssm = new SSMClient(settings)
const iam = new IAMClient(settings)
const sts = new STSClient(settings)
after(() => {
  for (const client of [ssm, iam, sts]) client.destroy()
})
const { nodeId } = await runNode({ after }, server)

async function send(client: SSMClient, script: string, node = nodeId) {
  const { Command } = await client.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [node],
      Parameters: { commands: [script] },
    }),
  )
  return { CommandId: Command?.CommandId, InstanceId: node }
}

test('the SDK runs a script, waits with its waiter and reads the output', async () => {
  const invocation = await send(ssm, 'echo hello; echo oops >&2')
  const waited = await waitUntilCommandExecuted({ client: ssm, maxWaitTime: 30, minDelay: 1, maxDelay: 2 }, invocation)
  const answer = await ssm.send(new GetCommandInvocationCommand(invocation))

  assert.equal(String(waited.state), 'SUCCESS')
  assert.equal(answer.Status, 'Success')
  assert.equal(answer.ResponseCode, 0)
  assert.equal(answer.StandardOutputContent, 'hello\n')
  assert.equal(answer.StandardErrorContent, 'oops\n')
})

test('the SDK is told Failed and the exit status', async () => {
  const invocation = await send(ssm, 'exit 3')

  await assert.rejects(
    waitUntilCommandExecuted({ client: ssm, maxWaitTime: 30, minDelay: 1, maxDelay: 2 }, invocation),
    /"state":"FAILURE"/,
  )
  const answer = await ssm.send(new GetCommandInvocationCommand(invocation))
  assert.equal(answer.Status, 'Failed')
  assert.equal(answer.ResponseCode, 3)
})

test('the SDK cancels a script that runs', async () => {
  const invocation = await send(ssm, 'exec sleep 50')
  const statusIs = (status: string) =>
    eventually(async () => {
      const answer = await ssm.send(new GetCommandInvocationCommand(invocation))
      return answer.Status === status ? true : undefined
    }, `the invocation is ${status}`)

  await statusIs('InProgress')
  await ssm.send(new CancelCommandCommand({ CommandId: invocation.CommandId }))

  await statusIs('Cancelled')
})

test('the SDK pages through commands and meets each once', async () => {
  for (let sent = 0; sent < 5; sent++) await send(ssm, 'true')

  const ids: string[] = []
  for await (const { Commands = [] } of paginateListCommands({ client: ssm, pageSize: 2 }, { InstanceId: nodeId })) {
    ids.push(...Commands.map(({ CommandId = '' }) => CommandId))
  }

  assert.ok(ids.length >= 5)
  assert.equal(new Set(ids).size, ids.length)
})

test('the SDK throws the class of each error', async () => {
  const CommandId = '00000000-0000-0000-0000-000000000000'
  const parameters = { DocumentName: 'No-Such', InstanceIds: [nodeId] }

  await assert.rejects(
    ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: nodeId })),
    InvocationDoesNotExist,
  )
  await assert.rejects(ssm.send(new SendCommandCommand(parameters)), InvalidDocument)
  await assert.rejects(iam.send(new GetRoleCommand({ RoleName: 'No-Such' })), NoSuchEntityException)
  await assert.rejects(
    ssm.send(new SendCommandCommand({ ...parameters, InstanceIds: Array(51).fill(nodeId) })),
    (error: unknown) => error instanceof SSMServiceException && error.name === 'ValidationException',
  )
})

test('the SDK acts as a role that it assumed, and is refused what the role may not do', async () => {
  const identity = await sts.send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, 'arn:aws:iam::123456789012:root')
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'Powerless',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
      }),
    }),
  )
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const policy = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: Role?.Arn }
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'alice',
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [policy] }),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
  const assumer = new STSClient({
    ...settings,
    credentials: { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' },
  })
  const { Credentials } = await assumer.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'someone' }))
  const powerless = new SSMClient({
    ...settings,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  })

  await assert.rejects(send(powerless, 'true'), (error: unknown) => {
    assert.ok(error instanceof SSMServiceException)
    assert.equal(error.name, 'AccessDeniedException')
    assert.match(
      error.message,
      /^User: arn:aws:sts::123456789012:assumed-role\/Powerless\/someone is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:us-east-1::document\/AWS-RunShellScript because no identity-based policy allows the ssm:SendCommand action$/,
    )
    return true
  })
  assumer.destroy()
  powerless.destroy()
})

test('the SDK does it over TLS with the authority that the server made', async () => {
  const root = server.client()
  const secure = new SSMClient({
    ...settings,
    endpoint: server.secureUrl,
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(server.caFile) }) },
  })
  const activation = await secure.send(new CreateActivationCommand({ IamRole: await makeNodeRole(root) }))
  const agent = await runAgent(
    { after },
    {
      url: server.secureUrl,
      caFile: server.caFile,
      activationId: activation.ActivationId ?? '',
      activationCode: activation.ActivationCode ?? '',
    },
  )
  await untilOnline(root, agent.nodeId)
  const invocation = await send(secure, 'echo over TLS', agent.nodeId)
  await waitUntilCommandExecuted({ client: secure, maxWaitTime: 30, minDelay: 1, maxDelay: 2 }, invocation)
  const answer = await secure.send(new GetCommandInvocationCommand(invocation))

  assert.equal(answer.StandardOutputContent, 'over TLS\n')
  secure.destroy()
})
