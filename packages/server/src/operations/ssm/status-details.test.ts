import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { allow, given, region } from '@fairlead/testkit/given'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { registerNodes } from '../../../../testkit/src/fleet.ts'
import { ManualClock } from '../../../../testkit/src/manual-clock.ts'
import { activate, NodeMachine } from '../../../../testkit/src/node-machine.ts'
import { type AgentBehaviour, SimulatedAgent } from '../../../../testkit/src/simulated-agent.ts'
import { makeNodeKeyPair } from '../../../../testkit/src/simulated-node.ts'
import { success } from '../../../../testkit/src/simulated-reports.ts'

// Each of the details of "Understanding command statuses" (user guide), produced by what produces it for a fleet.
// One server for all: each test has nodes of its own, by a tag.
// It begins now, since nodes sign with the time of the day.
const clock = new ManualClock(new Date())
const world = await given({ after }, { clock })
const { root, url, user } = world
const keys = makeNodeKeyPair()
let fleets = 0

/** Connected nodes, one for each behaviour; undefined stays away. Answers their tag and their ids. */
async function fleet(...behaviours: readonly (AgentBehaviour | undefined)[]) {
  const tag = `fleet-${++fleets}`
  const limit = { RegistrationLimit: behaviours.length, Tags: [{ Key: 'fleet', Value: tag }] }
  const { ActivationId: id, ActivationCode: code } = await activate(world, limit)
  const nodes = await registerNodes({ url, region, count: behaviours.length, keys }, { id, code })
  const agents = nodes.map((node, index) => new SimulatedAgent(node, behaviours[index] ?? {}))
  for (const [index, agent] of agents.entries()) if (behaviours[index]) await agent.connect()
  after(() => {
    for (const agent of agents) agent.cut()
  })
  return { Targets: [{ Key: 'tag:fleet', Values: [tag] }], agents, ids: nodes.map(({ nodeId }) => nodeId) }
}

async function send(input: Partial<SendCommandRequest>, client = root): Promise<string> {
  const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['x'] } }
  return (await client.call('ssm', 'SendCommand', { ...script, ...input })).Command?.CommandId ?? ''
}

/** Status and details of the command, and of its invocations by node, once they are `details`. */
async function reaches(CommandId: string, details: string, children: readonly string[]) {
  return await eventually(async () => {
    const { Commands: [command] = [] } = await root.call('ssm', 'ListCommands', { CommandId })
    const { CommandInvocations: found = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
    const seen = found.map(({ StatusDetails }) => StatusDetails).toSorted()
    const isSo = command?.StatusDetails === details && seen.join() === children.toSorted().join()
    return isSo ? { command, invocations: found } : undefined
  }, `${details} of ${children.join()}`)
}

const failed = { ...success, status: 'Failed', code: 1 } as const
const fails: AgentBehaviour = { outcome: () => failed }
const works: AgentBehaviour = {}
const keepsGoing: AgentBehaviour = { outcome: () => undefined }
const isFull: AgentBehaviour = { verdict: () => '51402' }

test('Pending, InProgress, Success: nobody has it, some have it, all have run it', async () => {
  const { Targets, agents } = await fleet(undefined)
  const commandId = await send({ Targets })
  const { command } = await reaches(commandId, 'Pending', ['Pending'])
  assert.deepEqual([command.Status, command.TargetCount, command.CompletedCount], ['Pending', 1, 0])
  const [agent] = agents
  assert.ok(agent)
  agent.behaviour = keepsGoing
  await agent.connect()
  await reaches(commandId, 'InProgress', ['InProgress'])
  const other = await fleet(works)
  const { command: ended } = await reaches(await send({ Targets: other.Targets }), 'Success', ['Success'])
  assert.deepEqual([ended.Status, ended.CompletedCount, ended.ErrorCount], ['Success', 1, 0])
})

test('Delayed: the agent has no room for it and is asked again', async () => {
  const { Targets, agents } = await fleet(isFull)
  const commandId = await send({ Targets })
  const { command, invocations } = await reaches(commandId, 'Delayed', ['Delayed'])
  assert.equal(command.Status, 'Pending', 'commands have no such status')
  assert.equal(invocations[0]?.Status, 'Delayed')
  const [agent] = agents
  assert.ok(agent)
  agent.behaviour = works
  clock.advance(4_000)
  await reaches(commandId, 'Success', ['Success'])
})

test('Failed: as many as MaxErrors failed, and one of them is enough for none', async () => {
  const { Targets } = await fleet(fails, works)
  const { command, invocations } = await reaches(await send({ Targets }), 'Failed', ['Failed', 'Success'])
  assert.deepEqual([command.Status, command.ErrorCount, command.CompletedCount], ['Failed', 1, 2])
  assert.deepEqual(invocations.map(({ Status }) => Status).toSorted(), ['Failed', 'Success'])
})

test('Incomplete: one failed, and fewer than MaxErrors', async () => {
  const { Targets } = await fleet(fails, works)
  const { command } = await reaches(await send({ Targets, MaxErrors: '2' }), 'Incomplete', ['Failed', 'Success'])
  assert.deepEqual([command.Status, command.ErrorCount], ['Failed', 1])
})

test('ExecutionTimedOut: the agent says so', async () => {
  const { Targets } = await fleet({ outcome: () => ({ ...success, status: 'TimedOut', code: -1 }) })
  const { command, invocations } = await reaches(await send({ Targets }), 'ExecutionTimedOut', ['ExecutionTimedOut'])
  assert.deepEqual([command.Status, command.ErrorCount, invocations[0]?.Status], ['TimedOut', 1, 'TimedOut'])
})

test('DeliveryTimedOut: nobody took it in time or said how it ended, which is no error', async () => {
  const { Targets, ids } = await fleet(undefined, keepsGoing)
  const soon = { TimeoutSeconds: 30, Parameters: { commands: ['x'], executionTimeout: ['5'] } }
  const commandId = await send({ Targets, ...soon })
  await reaches(commandId, 'InProgress', ['InProgress', 'Pending'])
  const { Commands: [sent] = [] } = await root.call('ssm', 'ListCommands', { CommandId: commandId })
  // Their sum is when it expires. Before that nothing ends, after TimeoutSeconds alone neither.
  assert.equal(sent?.ExpiresAfter?.getTime(), (sent?.RequestedDateTime?.getTime() ?? 0) + 35_000)
  clock.advance(33_000)
  await reaches(commandId, 'InProgress', ['InProgress', 'Pending'])
  clock.advance(2_000)
  await eventually(async () => {
    clock.advance(1_000)
    const { Commands: [command] = [] } = await root.call('ssm', 'ListCommands', { CommandId: commandId })
    return command?.CompletedCount === 2 ? true : undefined
  }, 'the deadline')
  const timedOut = ['DeliveryTimedOut', 'DeliveryTimedOut']
  const { command, invocations } = await reaches(commandId, 'DeliveryTimedOut', timedOut)
  assert.deepEqual([command.Status, command.ErrorCount, command.DeliveryTimedOutCount], ['TimedOut', 0, 2])
  assert.equal(invocations[0]?.Status, 'TimedOut')
  const taken = invocations.find(({ InstanceId }) => InstanceId === ids[1])
  assert.match(taken?.TraceOutput ?? '', /had not said how it ended/)
})

test('a node that is deregistered while it runs ends at once, and a command that waited for it goes on', async () => {
  const { Targets, agents } = await fleet(keepsGoing, keepsGoing)
  const commandId = await send({ Targets, MaxConcurrency: '1' })
  await reaches(commandId, 'InProgress', ['InProgress', 'Pending'])
  const first = agents.find(({ accepted }) => accepted.length > 0)
  assert.ok(first)
  for (const agent of agents) agent.behaviour = works
  await root.call('ssm', 'DeregisterManagedInstance', { InstanceId: first.node.nodeId })
  const { command } = await reaches(commandId, 'DeliveryTimedOut', ['DeliveryTimedOut', 'Success'])
  assert.deepEqual([command.CompletedCount, command.ErrorCount], [2, 0])
})

test('Cancelling, Cancelled: at once where nobody has it, else when the agent has stopped it', async () => {
  const { Targets, agents } = await fleet(keepsGoing, undefined)
  const CommandId = await send({ Targets })
  await reaches(CommandId, 'InProgress', ['InProgress', 'Pending'])
  await root.call('ssm', 'CancelCommand', { CommandId })
  await reaches(CommandId, 'Cancelling', ['Cancelled', 'Cancelling'])
  const [agent] = agents
  const job = agent?.accepted[0]
  assert.ok(job)
  const by = { name: 'a', version: '1', language: '', os: '', osVersion: '' }
  agent.report(job, { documentStatus: 'Cancelled', documentTraceOutput: '', agent: by, plugins: new Map() })
  const { command } = await reaches(CommandId, 'Cancelled', ['Cancelled', 'Cancelled'])
  assert.equal(command.Status, 'Cancelled')
})

test('Terminated: there were too many errors before its turn came', async () => {
  const { Targets } = await fleet(fails, fails, fails)
  const ends = ['Failed', 'Terminated', 'Terminated']
  const { command, invocations } = await reaches(await send({ Targets, MaxConcurrency: '1' }), 'Failed', ends)
  assert.deepEqual([command.ErrorCount, command.CompletedCount], [1, 3])
  assert.equal(invocations.filter(({ Status }) => Status === 'Cancelled').length, 2)
})

test('Undeliverable: one is no node, and does not count where another one could be asked', async () => {
  const { ids } = await fleet(works)
  const stranger = 'mi-0123456789abcdef0'
  const to = (...Values: string[]) => send({ Targets: [{ Key: 'InstanceIds', Values }] })
  await reaches(await to(...ids, stranger), 'Success', ['Success', 'Undeliverable'])
  const { command } = await reaches(await to(stranger), 'Undeliverable', ['Undeliverable'])
  assert.equal(command.Status, 'Failed')
})

test('InvalidPlatform: the document is not for its platform', async () => {
  const { Targets, agents } = await fleet(works, works)
  await agents[1]?.node.call('UpdateInstanceInformation', {
    InstanceId: agents[1].node.nodeId,
    AgentName: 'amazon-ssm-agent',
    AgentVersion: '3.2.2303.0',
    AgentStatus: 'Active',
    PlatformName: 'Microsoft Windows Server 2022',
    PlatformType: 'Windows',
    PlatformVersion: '10.0.20348',
  })
  await reaches(await send({ Targets }), 'Success', ['InvalidPlatform', 'Success'])
})

test('AccessDenied: the caller may not use it, and does not count where another one could be asked', async () => {
  const { Targets, ids } = await fleet(works, works)
  const one = `arn:aws:ssm:*:*:managed-instance/${ids[0]}`
  const caller = await user('limited', [allow('ssm:SendCommand', ['arn:aws:ssm:*:*:document/*', one])])
  const { command } = await reaches(await send({ Targets }, caller), 'Success', ['AccessDenied', 'Success'])
  assert.deepEqual([command.TargetCount, command.CompletedCount, command.ErrorCount], [2, 2, 0])
})

test('NoInstancesInTag: nobody has the tag', async () => {
  const { command } = await reaches(
    await send({ Targets: [{ Key: 'tag:fleet', Values: ['none'] }] }),
    'NoInstancesInTag',
    [],
  )
  assert.deepEqual([command.Status, command.TargetCount, command.CompletedCount], ['Success', 0, 0])
})

test('RateExceeded: more would wait for their nodes than may, so that no node gets it', async (t) => {
  const small = await given(t, { maxPendingInvocations: 2 })
  const machines = await Promise.all([1, 2, 3].map(() => NodeMachine.register(small, { tags: { fleet: 'small' } })))
  const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['x'] } }
  const sent = async (count: number) => {
    const InstanceIds = machines.slice(0, count).map(({ nodeId }) => nodeId)
    const { Command } = await small.root.call('ssm', 'SendCommand', { ...script, InstanceIds })
    assert.equal(Command?.StatusDetails, 'Pending')
    return Command.CommandId ?? ''
  }
  const listed = async (CommandId: string) => {
    const { Commands: [command] = [] } = await small.root.call('ssm', 'ListCommands', { CommandId })
    const { CommandInvocations = [] } = await small.root.call('ssm', 'ListCommandInvocations', { CommandId })
    return [command?.Status, command?.StatusDetails, command?.TargetCount, CommandInvocations.length]
  }
  assert.deepEqual(await listed(await sent(3)), ['Cancelled', 'RateExceeded', 3, 0])
  const waits = await sent(1)
  assert.deepEqual(await listed(await sent(2)), ['Cancelled', 'RateExceeded', 2, 0])
  assert.deepEqual(await listed(await sent(1)), ['Pending', 'Pending', 1, 1])
  // What no longer waits makes room.
  await small.root.call('ssm', 'CancelCommand', { CommandId: waits })
  assert.deepEqual(await listed(await sent(1)), ['Pending', 'Pending', 1, 1])
  assert.deepEqual(await listed(await sent(1)), ['Cancelled', 'RateExceeded', 1, 0])
})
