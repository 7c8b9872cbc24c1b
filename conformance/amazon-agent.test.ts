import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { makeNodeRole } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { findOfficialAgent, OfficialAgent } from './clients/official-agent.ts'

const { folder, skip } = findOfficialAgent()

describe("Amazon's agent, unmodified", { skip }, async () => {
  let agent: OfficialAgent | undefined
  after(() => agent?.end()) // before the server, which would wait for it
  const server = await runServer({ after })
  const root = server.client()
  const activation = await root.call('ssm', 'CreateActivation', { IamRole: await makeNodeRole(root) })
  agent = new OfficialAgent(folder, server, {
    id: activation.ActivationId ?? '',
    code: activation.ActivationCode ?? '',
  })
  const shared = mkdtempSync(join(tmpdir(), 'fairlead-shared-'))
  after(() => rmSync(shared, { recursive: true, force: true }))
  const node = await eventually(
    async () => {
      const { InstanceInformationList: nodes = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
      // The channel, and not only the first heartbeat: it is what commands come over.
      return nodes[0]?.PingStatus === 'Online' && nodes[0].AgentVersion !== undefined ? nodes[0] : undefined
    },
    "Amazon's agent is Online",
    40_000,
  ).catch((error: Error) => Promise.reject(new Error(`${error.message}\n${agent?.output.slice(-4_000)}`)))
  const nodeId = node.InstanceId ?? ''

  const send = async (...commands: string[]) => {
    const { Command } = await root.call('ssm', 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [nodeId],
      Parameters: { commands },
    })
    return Command?.CommandId ?? ''
  }
  const until = (commandId: string, status: string) =>
    eventually(
      async () => {
        const answer = await root.call('ssm', 'GetCommandInvocation', { CommandId: commandId, InstanceId: nodeId })
        return answer.Status === status ? answer : undefined
      },
      `${commandId} is ${status}`,
      30_000,
    )

  test('registers and says what it is', (t) => {
    t.diagnostic(`amazon-ssm-agent ${node.AgentVersion}`)
    assert.match(node.AgentVersion ?? '', /^3\.\d+\.\d+\.\d+$/)
    assert.match(nodeId, /^mi-[0-9a-f]{17}$/)
    assert.equal(node.PlatformType, 'Linux')
    assert.equal(node.ResourceType, 'ManagedInstance')
  })

  test('runs a script, its lines in order, and reports both streams', async () => {
    const answer = await until(await send('echo one', 'echo two', 'echo oops >&2'), 'Success')

    assert.equal(answer.ResponseCode, 0)
    assert.equal(answer.StandardOutputContent, 'one\ntwo\n')
    assert.equal(answer.StandardErrorContent, 'oops\n')
    assert.equal(answer.PluginName, 'aws:runShellScript')
  })

  test('reports the exit status of a script that fails', async () => {
    const answer = await until(await send('echo before; exit 3'), 'Failed')

    assert.equal(answer.StatusDetails, 'Failed')
    assert.equal(answer.ResponseCode, 3)
    assert.match(answer.StandardOutputContent ?? '', /^before\n/)
  })

  test('cancels a script that runs', async () => {
    const commandId = await send(`touch ${shared}/runs`, 'sleep 50')
    await eventually(() => existsSync(join(shared, 'runs')) || undefined, 'the script runs')
    await root.call('ssm', 'CancelCommand', { CommandId: commandId })

    const answer = await until(commandId, 'Cancelled')
    assert.equal(answer.StatusDetails, 'Cancelled')
  })

  test('runs many commands, each once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => send(`echo number ${index}`)))

    for (const [index, commandId] of ids.entries()) {
      const answer = await until(commandId, 'Success')
      assert.equal(answer.StandardOutputContent, `number ${index}\n`)
    }
  })

  test('delivers the result of a script that outlived it', async () => {
    const go = join(shared, 'go')
    const commandId = await send(`touch ${shared}/outlives`, `until [ -e ${go} ]; do sleep 0.1; done`, 'echo survived')
    await eventually(() => existsSync(join(shared, 'outlives')) || undefined, 'the script runs')
    agent?.kill()
    writeFileSync(go, '')

    const answer = await until(commandId, 'Success')
    assert.equal(answer.StandardOutputContent, 'survived\n')
  })

  test('is refused when it was deregistered, and is not listed any more', async () => {
    await root.call('ssm', 'DeregisterManagedInstance', { InstanceId: nodeId })

    const { InstanceInformationList: nodes } = await root.call('ssm', 'DescribeInstanceInformation', {})
    assert.deepEqual(nodes, [])
    await assert.rejects(send('true'), { code: 'InvalidInstanceId' })
  })
})
