import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { allow, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { clientCall } from '@fairlead/wire/codec'

// One server for all: each test has names of its own.
const world = await given({ after })
const { root, user, dataDir } = world
const DocumentName = 'AWS-RunShellScript'
const Parameters = { commands: ['true'] }

async function newNode(tags: Readonly<Record<string, string>>, isOnline = true) {
  const node = await NodeMachine.register(world, { tags })
  if (isOnline) await node.report()
  return node.nodeId
}

async function dry(caller: ApiClient, operation: 'SendCommand' | 'StartSession', input: object, value = '1') {
  const { headers, body } = clientCall('ssm', operation, input as never)
  const answer = await caller.send({ service: 'ssm', headers: { ...headers, 'x-fairlead-dry-run': value }, body })
  const { DryRun, ...rest } = JSON.parse(answer.body.toString())
  return { status: answer.status, marked: answer.headers['x-fairlead-dry-run'], run: DryRun, rest }
}

const teamPolicy = (value: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:*:*:document/*' },
    {
      Sid: 'Team',
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: 'arn:aws:ssm:*:*:managed-instance/*',
      Condition: { StringEquals: { 'ssm:resourceTag/team': value } },
    },
  ],
})

test('a dry run tells what becomes of a command on each node, and sends nothing', async () => {
  const online = await newNode({ fleet: 'one', team: 'web' })
  const silent = await newNode({ fleet: 'one', team: 'web' }, false)
  const others = await newNode({ fleet: 'one', team: 'secret' })
  const alice = await user('alice', [teamPolicy('web')])

  const { status, marked, run, rest } = await dry(alice, 'SendCommand', {
    DocumentName,
    Parameters,
    Targets: [{ Key: 'tag:fleet', Values: ['one'] }],
    MaxConcurrency: '50%',
    MaxErrors: '1',
  })

  assert.deepEqual([status, marked, rest], [200, '1', {}])
  assert.equal(run.WouldSucceed, true)
  const outcomes = Object.fromEntries(
    run.Nodes.map((node: { InstanceId: string; Outcome: string }) => [node.InstanceId, node.Outcome]),
  )
  assert.deepEqual(outcomes, { [online]: 'Runs', [silent]: 'Waits', [others]: 'AccessDenied' })
  assert.deepEqual(run.Counts, { Runs: 1, Waits: 1, AccessDenied: 1 })
  assert.deepEqual(run.RateControl, { NodesAtOnce: 1, StopsAtError: 2 })
  const denied = run.Nodes.find(({ InstanceId }: { InstanceId: string }) => InstanceId === others)
  assert.equal(denied.Denial.Statements[0].Sid, 'Team')
  assert.deepEqual(denied.Denial.Statements[0].Mismatches[0].Wanted, ['web'])
  // Which tags the node has is not the caller's to know.
  assert.doesNotMatch(JSON.stringify(run), /secret/)
  assert.deepEqual((await root.call('ssm', 'ListCommands', {})).Commands, [])
})

test('a dry run answers the refusal that the call would, and which nodes it is about', async () => {
  const mine = await newNode({ team: 'web' })
  const other = await newNode({ team: 'db' })
  const bob = await user('bob', [teamPolicy('web')])

  const denied = await dry(bob, 'SendCommand', { DocumentName, Parameters, InstanceIds: [mine, other] })
  const missing = await dry(root, 'SendCommand', { DocumentName, Parameters, InstanceIds: ['mi-00000000000000000'] })
  const windows = await NodeMachine.register(world)
  await windows.report({ PlatformType: 'Windows' })
  const wrong = await dry(root, 'SendCommand', { DocumentName, Parameters, InstanceIds: [mine, windows.nodeId] })

  assert.equal(denied.status, 200)
  assert.equal(denied.run.WouldSucceed, false)
  assert.equal(denied.run.Refusal.Code, 'AccessDeniedException')
  assert.match(denied.run.Refusal.Message, new RegExp(`${other} because no identity-based policy allows`))
  assert.deepEqual(
    denied.run.Nodes.map(({ Outcome }: { Outcome: string }) => Outcome),
    ['Runs', 'AccessDenied'],
  )
  assert.equal(denied.run.RateControl, undefined)
  assert.deepEqual([missing.run.Refusal.Code, missing.run.Nodes[0].Outcome], ['InvalidInstanceId', 'NotFound'])
  assert.equal(wrong.run.Refusal.Code, 'UnsupportedPlatformType')
  assert.deepEqual(
    wrong.run.Nodes.map(({ Outcome }: { Outcome: string }) => Outcome),
    ['Runs', 'InvalidPlatform'],
  )
})

test('who may use none of the nodes, or not the document, learns nothing of nodes', async () => {
  const nodeId = await newNode({ fleet: 'two', team: 'web' })
  const carol = await user('carol', [teamPolicy('db')])
  const dave = await user('dave', [allow('ssm:SendCommand', 'arn:aws:ssm:*:*:managed-instance/*')])
  const Targets = [{ Key: 'tag:fleet', Values: ['two'] }]

  const none = await dry(carol, 'SendCommand', { DocumentName, Parameters, Targets })
  const noDocument = await dry(dave, 'SendCommand', { DocumentName, Parameters, InstanceIds: [nodeId] })

  assert.deepEqual([none.run.WouldSucceed, none.run.Nodes], [false, []])
  assert.deepEqual(noDocument.run.Nodes, [{ InstanceId: nodeId, Outcome: 'NotTold' }])
  assert.equal(noDocument.run.Document.Denial.DeniedBy, 'identity')
})

test('a dry run of a session tells whether it would start, and starts none', async (t) => {
  const opened = await channelWorld(t)
  const erin = await opened.user('erin', [allow('ssm:StartSession', 'arn:aws:ssm:*:*:document/*')])
  const before = await dry(opened.root, 'StartSession', { Target: opened.nodeId })
  await opened.open()

  const { run } = await dry(opened.root, 'StartSession', { Target: opened.nodeId })
  const denied = await dry(erin, 'StartSession', { Target: opened.nodeId })

  assert.deepEqual([before.run.WouldSucceed, before.run.Refusal.Code], [false, 'TargetNotConnected'])
  assert.deepEqual([run.WouldSucceed, run.DocumentName], [true, 'SSM-SessionManagerRunShell'])
  assert.equal(run.Session.OwnerName, 'root')
  assert.deepEqual([denied.run.Refusal.Code, denied.run.Denials[0].DeniedBy], ['AccessDeniedException', 'identity'])
  assert.deepEqual((await opened.root.call('ssm', 'DescribeSessions', { State: 'Active' })).Sessions, [])
})

test('another value, or another operation, is refused: nobody who sent the header wants things to happen', async () => {
  const nodeId = await newNode({})
  const other = await dry(root, 'SendCommand', { DocumentName, Parameters, InstanceIds: [nodeId] }, 'yes')
  const { headers, body } = clientCall('ssm', 'DeregisterManagedInstance', { InstanceId: nodeId })
  const marked = { ...headers, 'x-fairlead-dry-run': '1' }
  const unknown = await root.send({ service: 'ssm', headers: marked, body })
  const user = clientCall('iam', 'CreateUser', { UserName: 'frank' })
  const iam = await root.send({
    service: 'iam',
    headers: { ...user.headers, 'x-fairlead-dry-run': '1' },
    body: user.body,
  })

  assert.equal(other.rest.__type, 'ValidationException')
  assert.equal(unknown.status, 400)
  assert.equal(iam.status, 400)
  const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', {
    Filters: [{ Key: 'InstanceIds', Values: [nodeId] }],
  })
  assert.equal(InstanceInformationList.length, 1)
})

test('the audit says that it was a dry run', async () => {
  const nodeId = await newNode({})
  const { headers, body } = clientCall('ssm', 'SendCommand', { DocumentName, Parameters, InstanceIds: [nodeId] })
  const answer = await root.send({ service: 'ssm', headers: { ...headers, 'x-fairlead-dry-run': '1' }, body })
  const RequestId = String(answer.headers['x-amzn-requestid'])
  // Asking for it writes the audit down.
  await root.call('fairlead', 'ExplainRequest', { RequestId })

  const folder = join(dataDir, 'audit')
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
  const line = lines.map((one) => JSON.parse(one)).find(({ requestId }) => requestId === RequestId)
  assert.equal(line.dryRun, true)
})
