import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { runServer } from '@fairlead/testkit/running-server'
import { untilThere } from '@fairlead/testkit/until-there'
import { lastFirst } from './clients/last-first.ts'
import { findOfficialAgent } from './clients/official-agent.ts'
import { runOfficialNode } from './clients/official-node.ts'

const { skip } = findOfficialAgent()

describe("Amazon's agent, unmodified", { skip }, async () => {
  const owner = lastFirst({ after })
  const server = await runServer(owner)
  const root = server.client()
  const theirs = await runOfficialNode(owner, server)
  assert.ok(theirs)
  const { agent, nodeId } = theirs
  const shared = mkdtempSync(join(tmpdir(), 'fairlead-shared-'))
  after(() => rmSync(shared, { recursive: true, force: true }))

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

  test('registers and says what it is', async (t) => {
    const Filters = [{ Key: 'InstanceIds', Values: [nodeId] }]
    const { InstanceInformationList: [node] = [] } = await root.call('ssm', 'DescribeInstanceInformation', { Filters })
    assert.ok(node)
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
    const commandId = await send(`touch ${shared}/outlives`, untilThere(go), 'echo survived')
    await eventually(() => existsSync(join(shared, 'outlives')) || undefined, 'the script runs')
    agent.kill()
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
