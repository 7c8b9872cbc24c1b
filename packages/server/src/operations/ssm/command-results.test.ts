import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../../testkit/src/eventually.ts'
import { registerFleet } from '../../../../testkit/src/fleet.ts'
import { given, region } from '../../../../testkit/src/given.ts'
import { type AgentBehaviour, SimulatedAgent } from '../../../../testkit/src/simulated-agent.ts'
import { makeNodeKeyPair } from '../../../../testkit/src/simulated-node.ts'
import { reportsOf, success } from '../../../../testkit/src/simulated-reports.ts'

const keys = makeNodeKeyPair()
const unknown = '00000000-0000-4000-8000-000000000000'

async function world(t: TestContext, behaviour: AgentBehaviour = {}, count = 1) {
  const { root, url } = await given(t)
  const nodes = await registerFleet(root, { url, region, keys, count, tags: { role: 'web' } })
  const agents = nodes.map((node) => new SimulatedAgent(node, behaviour))
  for (const agent of agents) await agent.connect()
  t.after(() => {
    for (const agent of agents) agent.cut()
  })
  const InstanceId = nodes[0]?.nodeId ?? ''
  const send = async () => {
    const input = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['x'] } }
    const { Command } = await root.call('ssm', 'SendCommand', {
      ...input,
      Targets: [{ Key: 'tag:role', Values: ['web'] }],
    })
    return Command?.CommandId ?? ''
  }
  const commandWith = (CommandId: string, Status: string) =>
    eventually(async () => {
      const { Commands = [] } = await root.call('ssm', 'ListCommands', { CommandId })
      return Commands.find((command) => command.Status === Status)
    }, `the command ${Status}`)
  return { root, agents, nodes, InstanceId, send, commandWith }
}

test('outputs are cut where AWS cuts them, and the exit code is the script’s', async (t) => {
  const outcome = {
    status: 'Failed',
    code: 3,
    standardOutput: 'o'.repeat(24_000),
    standardError: 'e'.repeat(24_000),
  } as const
  const { root, send, commandWith, InstanceId } = await world(t, { outcome: () => outcome })
  const CommandId = await send()
  await commandWith(CommandId, 'Failed')
  const found = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
  assert.partialDeepStrictEqual(found, {
    Status: 'Failed',
    StatusDetails: 'Failed',
    ResponseCode: 3,
    ExecutionElapsedTime: 'PT0S',
  })
  assert.equal(found.StandardOutputContent, outcome.standardOutput)
  assert.equal(found.StandardErrorContent?.length, 8_000)
  assert.match(found.ExecutionStartDateTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId, Details: true })
  const [plugin] = CommandInvocations[0]?.CommandPlugins ?? []
  assert.partialDeepStrictEqual(plugin, { Name: 'aws:runShellScript', Status: 'Failed', ResponseCode: 3 })
  assert.ok(plugin?.Output && plugin.Output.length <= 2_500)
  assert.match(plugin.Output, /ERROR/)
})

test('without Details a listing has no plugins', async (t) => {
  const { root, send, commandWith } = await world(t)
  const CommandId = await send()
  await commandWith(CommandId, 'Success')
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
  assert.deepEqual(
    CommandInvocations.map((it) => [it.Status, it.CommandPlugins]),
    [['Success', []]],
  )
})

test('steps are listed in the order of their document, however their reports overtake each other', async (t) => {
  const { root, agents, InstanceId, commandWith } = await world(t, { outcome: () => undefined })
  const names = ['first', 'second', 'third']
  const plugin = 'aws:runShellScript'
  const mainSteps = names.map((name) => ({ action: plugin, name, inputs: { runCommand: ['x'] } }))
  const Content = JSON.stringify({ schemaVersion: '2.2', mainSteps })
  await root.call('ssm', 'CreateDocument', { Name: 'Steps', DocumentType: 'Command', Content })
  const sent = await root.call('ssm', 'SendCommand', { DocumentName: 'Steps', InstanceIds: [InstanceId] })
  const CommandId = sent.Command?.CommandId ?? ''
  const job = await eventually(() => agents[0]?.accepted[0], 'the command on the node')

  for (const name of names.toReversed()) {
    const [, ended] = reportsOf({ name, plugin }, success, new Date())
    if (ended) agents[0]?.report(job, { ...ended, documentStatus: name === 'first' ? 'Success' : 'InProgress' })
  }
  await commandWith(CommandId, 'Success')

  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId, Details: true })
  assert.deepEqual(
    CommandInvocations[0]?.CommandPlugins?.map(({ Name }) => Name),
    names,
  )
  const { Output = [] } = await root.call('fairlead', 'WatchCommand', { CommandId })
  assert.deepEqual(
    Output.map(({ PluginName }) => PluginName),
    names,
  )
})

test('a step of several has its own end as soon as it has come to it, not that of the command', async (t) => {
  const { root, agents, InstanceId, commandWith } = await world(t, { outcome: () => undefined })
  const plugin = 'aws:runShellScript'
  const mainSteps = ['first', 'second', 'third'].map((name) => ({
    action: plugin,
    name,
    inputs: { runCommand: ['x'] },
  }))
  const Content = JSON.stringify({ schemaVersion: '2.2', mainSteps })
  await root.call('ssm', 'CreateDocument', { Name: 'Steps', DocumentType: 'Command', Content })
  const sent = await root.call('ssm', 'SendCommand', { DocumentName: 'Steps', InstanceIds: [InstanceId] })
  const CommandId = sent.Command?.CommandId ?? ''
  const job = await eventually(() => agents[0]?.accepted[0], 'the command on the node')
  const ends = async (name: string, status: 'Success' | 'Failed', code: number) => {
    const outcome = { ...success, status, code, standardOutput: `${name}\n` }
    const [, ended] = reportsOf({ name, plugin }, outcome, new Date())
    assert.ok(ended)
    agents[0]?.report(job, name === 'third' ? { ...ended, documentStatus: 'Failed' } : ended)
    return await eventually(async () => {
      const step = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId, PluginName: name })
      return step.StandardOutputContent === `${name}\n` ? step : undefined
    }, `the end of ${name}`)
  }
  const running = { Status: 'InProgress', StatusDetails: 'InProgress', ResponseCode: -1 }
  const step = (PluginName: string) => root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId, PluginName })

  const first = await ends('first', 'Success', 0)
  assert.partialDeepStrictEqual(first, { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0 })
  assert.partialDeepStrictEqual(await step('second'), running)
  const second = await ends('second', 'Failed', 7)
  assert.partialDeepStrictEqual(second, { Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 7 })
  assert.partialDeepStrictEqual(await step('third'), running)
  await ends('third', 'Success', 0)
  await commandWith(CommandId, 'Failed')
  assert.partialDeepStrictEqual(await step('third'), { Status: 'Success', ResponseCode: 0 })
})

test('a step goes by its plugin’s name or its own, and by no other', async (t) => {
  const { root, send, InstanceId } = await world(t)
  const CommandId = await send()
  for (const PluginName of ['aws:runShellScript', 'runShellScript']) {
    const found = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId, PluginName })
    assert.equal(found.PluginName, 'aws:runShellScript')
  }
  await assert.rejects(root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId, PluginName: 'other' }), {
    code: 'InvalidPluginName',
  })
})

test('steps of an AWS-owned document of several go by their names, as on AWS', async (t) => {
  const { root, agents, InstanceId, commandWith } = await world(t, { outcome: () => undefined })
  const sent = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunRemoteScript',
    Parameters: { sourceType: ['HTTP'], sourceInfo: ['{"url":"http://127.0.0.1:1/x"}'], commandLine: ['x'] },
    InstanceIds: [InstanceId],
    OutputS3BucketName: 'outputs',
  })
  const CommandId = sent.Command?.CommandId ?? ''
  const job = await eventually(() => agents[0]?.accepted[0], 'the command on the node')
  const steps = [
    { name: 'downloadContent', plugin: 'aws:downloadContent' },
    { name: 'runShellScript', plugin: 'aws:runShellScript' },
  ]
  for (const step of steps) {
    const [, ended] = reportsOf(step, success, new Date())
    assert.ok(ended)
    agents[0]?.report(job, step === steps[1] ? { ...ended, documentStatus: 'Success' } : ended)
  }
  await commandWith(CommandId, 'Success')
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId, Details: true })
  const listed = CommandInvocations[0]?.CommandPlugins ?? []
  assert.deepEqual(
    listed.map(({ Name }) => Name),
    ['downloadContent', 'runShellScript'],
  )
  assert.match(listed[1]?.StandardOutputUrl ?? '', /\/awsrunShellScript\/runShellScript\/stdout$/)
  const PluginName = 'runShellScript'
  const found = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId, PluginName })
  assert.partialDeepStrictEqual(found, { PluginName, StandardOutputContent: 'done\n' })
})

test('an invocation that does not exist is said not to', async (t) => {
  const { root, send, InstanceId } = await world(t)
  const CommandId = await send()
  const code = 'InvocationDoesNotExist'
  await assert.rejects(root.call('ssm', 'GetCommandInvocation', { CommandId: unknown, InstanceId }), { code })
  await assert.rejects(root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: 'mi-0123456789abcdef0' }), {
    code,
  })
})

test('lists come newest first, page by page, and filtered', async (t) => {
  const { root, send, commandWith, InstanceId, agents } = await world(t)
  const first = await send()
  await commandWith(first, 'Success')
  agents[0]?.cut()
  const second = await send()
  const page = await root.call('ssm', 'ListCommands', { MaxResults: 1 })
  assert.deepEqual(
    page.Commands?.map((command) => command.CommandId),
    [second],
  )
  const next = await root.call('ssm', 'ListCommands', { MaxResults: 1, NextToken: page.NextToken })
  assert.deepEqual(
    next.Commands?.map((command) => command.CommandId),
    [first],
  )
  assert.equal(next.NextToken, undefined)
  await assert.rejects(root.call('ssm', 'ListCommandInvocations', { NextToken: page.NextToken }), {
    code: 'InvalidNextToken',
  })

  const commands = async (
    key: 'Status' | 'ExecutionStage' | 'DocumentName' | 'InvokedBefore' | 'InvokedAfter',
    value: string,
  ) =>
    (await root.call('ssm', 'ListCommands', { InstanceId, Filters: [{ key, value }] })).Commands?.map(
      (it) => it.CommandId,
    )
  assert.deepEqual(await commands('Status', 'Success'), [first])
  assert.deepEqual(await commands('ExecutionStage', 'Executing'), [second])
  assert.deepEqual(await commands('ExecutionStage', 'Complete'), [first])
  assert.deepEqual(await commands('DocumentName', 'AWS-RunPowerShellScript'), [])
  assert.deepEqual(await commands('InvokedBefore', '2020-01-01T00:00:00Z'), [])
  assert.deepEqual(await commands('InvokedAfter', '2020-01-01'), [second, first])
  await assert.rejects(commands('InvokedAfter', 'yesterday'), { code: 'ValidationException' })
  const stage = { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] } as const
  await assert.rejects(root.call('ssm', 'ListCommandInvocations', stage), { code: 'InvalidFilterKey' })
  const done = await root.call('ssm', 'ListCommandInvocations', { Filters: [{ key: 'Status', value: 'Success' }] })
  assert.deepEqual(
    done.CommandInvocations?.map((it) => it.CommandId),
    [first],
  )
})

test('cancelling ends what waits at once, and what runs when its agent says so', async (t) => {
  const { root, send, commandWith, InstanceId, agents, nodes } = await world(t, { outcome: () => undefined }, 2)
  const [running, away] = agents
  assert.ok(running && away)
  away.cut()
  const CommandId = await send()
  const job = await eventually(() => running.accepted[0], 'the command on the node')
  await commandWith(CommandId, 'InProgress')
  await eventually(async () => {
    const { Status } = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
    return Status === 'InProgress' ? true : undefined
  }, 'the acknowledgement')

  await root.call('ssm', 'CancelCommand', { CommandId })
  const status = async (nodeId: string) =>
    (await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: nodeId })).Status
  assert.equal(await status(nodes[1]?.nodeId ?? ''), 'Cancelled')
  assert.equal(await status(InstanceId), 'Cancelling')
  await commandWith(CommandId, 'Cancelling')
  assert.equal(await eventually(() => running.cancelled[0], 'the cancellation on the node'), CommandId)

  const agent = { name: 'a', version: '1', language: '', os: '', osVersion: '' }
  running.report(job, { documentStatus: 'Cancelled', documentTraceOutput: '', agent, plugins: new Map() })
  const { StatusDetails } = await commandWith(CommandId, 'Cancelled')
  assert.equal(StatusDetails, 'Cancelled')
  await root.call('ssm', 'CancelCommand', { CommandId })
  assert.equal(await status(InstanceId), 'Cancelled')
})

test('one node can be cancelled, but not one that has no part in the command, nor one twice', async (t) => {
  const { root, send, agents, nodes } = await world(t, {}, 2)
  for (const agent of agents) agent.cut()
  const [one = '', two = ''] = nodes.map(({ nodeId }) => nodeId)
  const CommandId = await send()
  await root.call('ssm', 'CancelCommand', { CommandId, InstanceIds: [one] })
  const { CommandInvocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
  const details = Object.fromEntries(CommandInvocations.map((it) => [it.InstanceId ?? '', it.StatusDetails]))
  assert.equal(details[one], 'Cancelled')
  assert.notEqual(details[two], 'Cancelled')
  await assert.rejects(root.call('ssm', 'CancelCommand', { CommandId, InstanceIds: [two, two] }), {
    code: 'DuplicateInstanceId',
  })
  await assert.rejects(root.call('ssm', 'CancelCommand', { CommandId, InstanceIds: ['mi-0123456789abcdef0'] }), {
    code: 'InvalidInstanceId',
  })
  await assert.rejects(root.call('ssm', 'CancelCommand', { CommandId: unknown }), { code: 'InvalidCommandId' })
})
