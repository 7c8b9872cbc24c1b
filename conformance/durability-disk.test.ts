import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { frozenWorld } from './durability/frozen-world.ts'
import { fillDiskOf, reasonToSkipFullDisk } from './durability/full-disk.ts'
import { pollingNode } from './durability/polling-node.ts'

// The server's disk takes nothing: each way in says so, does nothing by halves, and is well again with room.
const skip = await reasonToSkipFullDisk()
const noRoom = { status: 503, code: 'ServiceUnavailableException' }
const noRoomInQueries = { status: 503, code: 'ServiceUnavailable' }

async function diskWorld(t: TestContext) {
  const world = await pollingNode(t)
  return { ...world, fill: () => fillDiskOf(world.server.pid) }
}

test('a full disk: an API call that writes is refused with 503, leaves nothing behind, and succeeds with room', {
  skip,
}, async (t) => {
  const { root, nodeId, send, fill } = await diskWorld(t)
  const waiting = await send()
  const trust = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] })
  const content = { schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: { runAsEnabled: false } }
  const json = {
    SendCommand: send,
    CancelCommand: () => root.call('ssm', 'CancelCommand', { CommandId: waiting }),
    CreateActivation: () => root.call('ssm', 'CreateActivation', { IamRole: 'nodes', DefaultInstanceName: 'half' }),
    AddTagsToResource: () =>
      root.call('ssm', 'AddTagsToResource', {
        ResourceType: 'ManagedInstance',
        ResourceId: nodeId,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    CreateDocument: () =>
      root.call('ssm', 'CreateDocument', { Name: 'half', DocumentType: 'Session', Content: JSON.stringify(content) }),
  }
  const query = {
    CreateUser: () => root.query('iam', 'CreateUser', { UserName: 'alice', Tags: [{ Key: 'a', Value: '1' }] }),
    CreateRole: () =>
      root.query('iam', 'CreateRole', {
        RoleName: 'half',
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      }),
    CreatePolicy: () => root.query('iam', 'CreatePolicy', { PolicyName: 'half', PolicyDocument: policy }),
    PutRolePolicy: () =>
      root.query('iam', 'PutRolePolicy', { RoleName: 'nodes', PolicyName: 'half', PolicyDocument: policy }),
    DetachRolePolicy: () =>
      root.query('iam', 'DetachRolePolicy', {
        RoleName: 'nodes',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
      }),
  }
  const everything = async () => [
    (await root.call('ssm', 'ListCommands', {})).Commands?.map(({ CommandId, Status }) => [CommandId, Status]),
    (await root.call('ssm', 'DescribeActivations', {})).ActivationList?.map(({ ActivationId }) => ActivationId),
    (await root.call('ssm', 'ListTagsForResource', { ResourceType: 'ManagedInstance', ResourceId: nodeId })).TagList,
    (await root.call('ssm', 'ListDocuments', { Filters: [{ Key: 'Owner', Values: ['Self'] }] })).DocumentIdentifiers,
    ...(
      await Promise.all([
        root.query('iam', 'ListUsers', {}),
        root.query('iam', 'ListRoles', {}),
        root.query('iam', 'ListPolicies', { Scope: 'Local' }),
        root.query('iam', 'ListRolePolicies', { RoleName: 'nodes' }),
        root.query('iam', 'ListAttachedRolePolicies', { RoleName: 'nodes' }),
      ])
    ).map((xml) => xml.replace(/<RequestId>.*<\/RequestId>/, '')),
  ]
  const before = await everything()

  const free = await fill()
  for (const [name, call] of Object.entries(json)) await assert.rejects(call(), noRoom, name)
  for (const [name, call] of Object.entries(query)) await assert.rejects(call(), noRoomInQueries, name)
  assert.deepEqual(await everything(), before, 'what is stored can be read, and is what it was')
  await free()

  for (const call of [...Object.values(json), ...Object.values(query)]) await call()
  assert.notDeepEqual(await everything(), before)
})

test('a full disk: a reply on a channel is not acknowledged, and the same reply is with room', { skip }, async (t) => {
  const world = await diskWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const job = await peer.takeJob()
  peer.acknowledge(job)
  await eventually(async () => ((await world.status(commandId)) === 'InProgress' ? true : undefined), 'it is under way')

  const free = await world.fill()
  const messageId = peer.reply(job)
  await eventually(() => (/could not be kept/.test(world.server.output) ? true : undefined), 'it could not be kept')
  await peer.settle()
  assert.deepEqual(peer.inbox, [])
  assert.equal(await world.status(commandId), 'InProgress')
  await free()

  peer.reply(job, undefined, messageId)
  assert.equal(await peer.takeReplyAck(), messageId)
  assert.equal(await world.status(commandId), 'Success')
})

test('a full disk: an acknowledgement that could not be kept is asked for again with room', { skip }, async (t) => {
  const world = await diskWorld(t)
  const peer = await world.open()
  const commandId = await world.send()
  const job = await peer.takeJob()

  const free = await world.fill()
  peer.acknowledge(job)
  await eventually(() => (/could not be kept/.test(world.server.output) ? true : undefined), 'it could not be kept')
  assert.equal(await world.status(commandId), 'Pending')
  await free()

  const again = await peer.takeJob()
  assert.equal(again.commandId, commandId)
  peer.acknowledge(again, '51405')
  await eventually(async () => ((await world.status(commandId)) === 'InProgress' ? true : undefined), 'it is under way')
  const messageId = peer.reply(again)
  assert.equal(await peer.takeReplyAck(), messageId)
  assert.equal(await world.status(commandId), 'Success')
})

test('a full disk: the end of a session is acknowledged when it is kept, with room', { skip }, async (t) => {
  const world = await diskWorld(t)
  const peer = await world.open()
  const { SessionId: sessionId = '' } = await world.root.call('ssm', 'StartSession', { Target: world.nodeId })
  await peer.take('interactive_shell')

  const free = await world.fill()
  const messageId = peer.endSession(sessionId)
  await eventually(() => (/could not be kept/.test(world.server.output) ? true : undefined), 'it could not be kept')
  await peer.settle()
  assert.deepEqual(peer.inbox, [])
  await free()

  const { payload } = await peer.take('agent_task_acknowledge')
  assert.equal(JSON.parse(Buffer.from(payload).toString()).MessageId, messageId)
  const { Sessions = [] } = await world.root.call('ssm', 'DescribeSessions', { State: 'History' })
  assert.deepEqual(
    Sessions.map(({ SessionId, Status }) => [SessionId, Status]),
    [[sessionId, 'Terminated']],
  )
})

test('a full disk: a node that polls is told 503 for what it says, and can say it again with room', {
  skip,
}, async (t) => {
  const world = await diskWorld(t)
  const commandId = await world.send()
  const failing = await world.send()
  const MessageId = `aws.ssm.${failing}.${world.nodeId}`
  const fail = () => world.client.call('ec2messages', 'FailMessage', { MessageId, FailureType: 'NoHandlerExists' })
  assert.equal((await world.poll()).Messages?.length, 2)

  let free = await world.fill()
  await assert.rejects(world.acknowledge(commandId), noRoom)
  await assert.rejects(fail(), noRoom)
  assert.deepEqual([await world.status(commandId), await world.status(failing)], ['Pending', 'Pending'])
  await free()
  await world.acknowledge(commandId)
  await fail()
  assert.deepEqual([await world.status(commandId), await world.status(failing)], ['InProgress', 'Failed'])

  free = await world.fill()
  await assert.rejects(world.reply(commandId), noRoom)
  assert.equal(await world.status(commandId), 'InProgress')
  await free()
  await world.reply(commandId)
  assert.equal(await world.status(commandId), 'Success')
})

test('a full disk: a node is neither registered nor heard by halves, and uses nothing up', { skip }, async (t) => {
  const world = await diskWorld(t)
  const registered = async () => {
    const { ActivationList = [] } = await world.root.call('ssm', 'DescribeActivations', {})
    return ActivationList.map(({ RegistrationsCount }) => RegistrationsCount)
  }
  const nodes = async () =>
    (await world.root.call('ssm', 'DescribeInstanceInformation', {})).InstanceInformationList ?? []

  const free = await world.fill()
  await assert.rejects(world.register(), noRoom)
  await assert.rejects(world.node.report({ AgentVersion: '3.3.0.0', ComputerName: randomUUID() }), noRoom)
  assert.deepEqual(await registered(), [1])
  assert.deepEqual(
    (await nodes()).map(({ InstanceId, AgentVersion }) => [InstanceId, AgentVersion]),
    [[world.nodeId, '3.2.2303.0']],
  )
  await free()

  const second = await world.register()
  await second.report()
  await world.node.report({ AgentVersion: '3.3.0.0' })
  assert.deepEqual(await registered(), [2])
  assert.deepEqual(
    new Map((await nodes()).map(({ InstanceId, AgentVersion }) => [InstanceId, AgentVersion])),
    new Map([
      [world.nodeId, '3.3.0.0'],
      [second.nodeId, '3.2.2303.0'],
    ]),
  )
})

test('a full disk: our agent, killed meanwhile, tells the end of its command with room', {
  skip,
}, async (t) => {
  const world = await diskWorld(t)
  const { server, root } = world
  const first = await runNode(t, server)
  const { Command } = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [first.nodeId],
    Parameters: { commands: ['sleep 1; echo kept'] },
  })
  const CommandId = Command?.CommandId ?? ''
  const found = () => root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: first.nodeId })
  await eventually(async () => ((await found()).Status === 'InProgress' ? true : undefined), 'the script runs')

  const free = await world.fill()
  await eventually(() => (/could not be kept/.test(server.output) ? true : undefined), 'its end could not be kept')
  assert.equal((await found()).Status, 'InProgress')
  await first.kill()
  first.launch()
  await free()

  const end = await eventually(async () => {
    const answer = await found()
    return answer.Status === 'InProgress' ? undefined : answer
  }, 'its end is told again')
  assert.deepEqual([end.Status, end.StandardOutputContent], ['Success', 'kept\n'])
})

test('a full disk of a node: what it cannot write down it does not run, what ran it tells all the same', {
  skip,
}, async (t) => {
  const world = await frozenWorld(t)
  const running = await world.send()
  await running.begun()
  await world.until(running.commandId, 'InProgress')

  const free = await fillDiskOf(world.agent.pid)
  const refused = await world.send()
  await eventually(() => (/could not be written down/.test(world.agent.output) ? true : undefined), 'it is refused')
  running.release()
  assert.equal((await world.settled(running.commandId)).status, 'Success')
  assert.deepEqual(refused.runs(), { begun: 0, ended: 0 })
  await free()

  refused.release()
  assert.equal((await world.settled(refused.commandId)).status, 'Success', 'it is offered again')
  assert.deepEqual(refused.runs(), { begun: 1, ended: 1 })
  const next = await world.send()
  next.release()
  assert.equal((await world.settled(next.commandId)).status, 'Success')
})
