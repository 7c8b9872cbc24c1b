import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given, region } from '@fairlead/testkit/given'
import { registerFleet } from '../../../../testkit/src/fleet.ts'
import { ManualClock } from '../../../../testkit/src/manual-clock.ts'
import { SimulatedAgent } from '../../../../testkit/src/simulated-agent.ts'
import { reportsOf, stepOf, success } from '../../../../testkit/src/simulated-reports.ts'

// A script that ends with 194 has its node restarted and goes on afterwards. It begins now, since nodes sign with the time of the day.
const clock = new ManualClock(new Date())
const world = await given({ after }, { clock })
const { root, url } = world
const [node] = await registerFleet(root, { url, region, count: 1 })
assert.ok(node)
const jobs: string[] = []
const agent = new SimulatedAgent(node, { outcome: () => undefined, onJob: (job) => jobs.push(job.commandId) })
await agent.connect()
after(() => agent.cut())

async function send(TimeoutSeconds: number, executionTimeout: string) {
  const { Command } = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands: ['exit 194'], executionTimeout: [executionTimeout] },
    TimeoutSeconds,
    InstanceIds: [agent.node.nodeId],
  })
  const CommandId = Command?.CommandId ?? ''
  return await eventually(() => agent.accepted.find((job) => job.commandId === CommandId), 'the command on the node')
}

/** What Amazon's agent reports before it restarts the node. */
function reportReboot(job: Awaited<ReturnType<typeof send>>): void {
  const [, , end] = reportsOf(stepOf(job), { ...success, code: 194, standardOutput: 'before\n' }, clock.now())
  assert.ok(end)
  const plugins = new Map(
    [...end.plugins].map(([name, step]) => [name, { ...step, status: 'SuccessAndReboot' } as const]),
  )
  agent.report(job, { ...end, documentStatus: 'SuccessAndReboot', plugins })
}

const found = (CommandId: string) =>
  root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: agent.node.nodeId })
const acknowledged = () =>
  eventually(() => (agent.unacknowledged.length === 0 ? true : undefined), 'the acknowledgements')

test('an invocation stays in progress while its node restarts, is not sent again, and ends once', async () => {
  const job = await send(60, '600')
  reportReboot(job)
  await acknowledged()
  assert.equal((await found(job.commandId)).Status, 'InProgress')
  await agent.disconnect()
  clock.advance(120_000)
  await agent.connect()
  const [, , end] = reportsOf(stepOf(job), { ...success, standardOutput: 'after\n' }, clock.now())
  assert.ok(end)
  agent.report(job, end)
  await acknowledged()
  const ended = await found(job.commandId)
  assert.deepEqual([ended.Status, ended.ResponseCode, ended.StandardOutputContent], ['Success', 0, 'after\n'])
  assert.deepEqual(jobs, [job.commandId])
  const { Commands: [command] = [] } = await root.call('ssm', 'ListCommands', { CommandId: job.commandId })
  assert.deepEqual([command?.CompletedCount, command?.StatusDetails], [1, 'Success'])
})

test('a node that does not come back is given up when its command expires, a restart or not', async () => {
  const job = await send(60, '60')
  reportReboot(job)
  await acknowledged()
  await agent.disconnect()
  clock.advance(100_000)
  assert.equal((await found(job.commandId)).Status, 'InProgress')
  const details = await eventually(async () => {
    clock.advance(1_000)
    const { StatusDetails } = await found(job.commandId)
    return StatusDetails === 'InProgress' ? undefined : StatusDetails
  }, 'the end')
  assert.equal(details, 'DeliveryTimedOut')
  await agent.connect()
  const [, , end] = reportsOf(stepOf(job), success, clock.now())
  assert.ok(end)
  agent.report(job, end)
  await acknowledged()
  assert.equal((await found(job.commandId)).StatusDetails, 'DeliveryTimedOut')
})
