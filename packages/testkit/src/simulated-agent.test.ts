import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from './eventually.ts'
import { registerFleet } from './fleet.ts'
import { given, region } from './given.ts'
import { type AgentBehaviour, SimulatedAgent } from './simulated-agent.ts'

async function world(t: TestContext, behaviour: AgentBehaviour = {}) {
  const { root, url } = await given(t)
  const [node] = await registerFleet(root, { url, region, count: 1 })
  assert.ok(node)
  const agent = new SimulatedAgent(node, behaviour)
  await agent.connect()
  t.after(() => agent.cut())
  const InstanceId = node.nodeId
  const send = async () => {
    const { Command } = await root.call('ssm', 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [InstanceId],
      Parameters: { commands: ['uptime'] },
    })
    return Command?.CommandId ?? ''
  }
  const invocation = (CommandId: string) => root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
  const endOf = (commandId: string) =>
    eventually(async () => {
      const found = await invocation(commandId)
      return found.Status === 'Pending' || found.Status === 'InProgress' ? undefined : found
    }, 'the end of the command')
  return { agent, send, invocation, endOf }
}

test('a simulated agent ends a command as it was told to', async (t) => {
  const outcome = { status: 'Failed', code: 3, standardOutput: 'out\n', standardError: 'err\n' } as const
  const { agent, send, endOf } = await world(t, { outcome: () => outcome })

  const end = await endOf(await send())

  assert.equal(end.Status, 'Failed')
  assert.equal(end.ResponseCode, 3)
  assert.equal(end.StandardOutputContent, 'out\n')
  await eventually(() => (agent.unacknowledged.length === 0 ? true : undefined), 'every reply acknowledged')
})

test('a simulated agent that came back repeats the replies that were not acknowledged', async (t) => {
  const { agent, send, invocation, endOf } = await world(t, {
    before: (what) => (what === 'reply' ? agent.disconnect() : undefined),
  })

  const commandId = await send()
  await eventually(() => (agent.unacknowledged.length === 3 ? true : undefined), 'three replies that nobody heard')
  // Whether its acknowledgement got through before the connection broke is left to chance.
  assert.match((await invocation(commandId)).Status ?? '', /^(?:Pending|InProgress)$/)
  await agent.connect()
  agent.resend()

  assert.equal((await endOf(commandId)).Status, 'Success')
})

test('a simulated agent without outcomes leaves the command in progress', async (t) => {
  const { agent, send, invocation } = await world(t, { outcome: () => undefined })

  const commandId = await send()
  await eventually(() => agent.accepted[0], 'the command on the node')

  const found = await eventually(async () => {
    const seen = await invocation(commandId)
    return seen.Status === 'InProgress' ? seen : undefined
  }, 'the acknowledgement in the store')
  assert.equal(found.ResponseCode, -1)
})
