import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { makeNodeRole, runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { greet } from './clients/greet.ts'
import { findOfficialAgent, OfficialAgent } from './clients/official-agent.ts'

/** Sends a document to a node and answers what its steps said, by their names. */
async function outputsOf(
  server: RunningServer,
  nodeId: string,
  order: Omit<SendCommandRequest, 'InstanceIds'>,
  wanted = 'Success',
): Promise<Record<string, string>> {
  const root = server.client()
  const { Command } = await root.call('ssm', 'SendCommand', {
    ...order,
    InstanceIds: [nodeId],
  })
  const CommandId = Command?.CommandId ?? ''
  const { Content = '' } = await root.call('ssm', 'GetDocument', { Name: order.DocumentName })
  const { mainSteps, runtimeConfig } = JSON.parse(Content)
  const steps = Object.keys(mainSteps ?? runtimeConfig).length
  const plugins = await eventually(
    async () => {
      const { CommandInvocations: [invocation] = [] } = await root.call('ssm', 'ListCommandInvocations', {
        CommandId,
        Details: true,
      })
      const { Status = '', CommandPlugins = [] } = invocation ?? {}
      // The end of a command may overtake the report of its last step.
      if (['Pending', 'InProgress'].includes(Status) || CommandPlugins.length < steps) return undefined
      assert.equal(Status, wanted, JSON.stringify(CommandPlugins))
      return CommandPlugins
    },
    `the command ${CommandId} has ended`,
    40_000,
  )
  return Object.fromEntries(plugins.map(({ Name = '', Output = '' }) => [Name, Output]))
}

/** What every agent makes of documents; `nodeId` is of one that is online. */
function runsDocuments(server: RunningServer, nodeId: string): void {
  const root = server.client()
  const create = (Name: string, Content: string, DocumentFormat: 'JSON' | 'YAML' = 'YAML') =>
    root.call('ssm', 'CreateDocument', { Name, Content, DocumentFormat })

  test("runs a document of one's own", async () => {
    await create('Greet', greet)
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Greet', Parameters: { name: ['ann and bob'] } })
    assert.match(outputs['greet'] ?? '', /^\[hello\] ann and bob\n/)
    assert.match(outputs['last'] ?? '', /^done\n/)
    assert.doesNotMatch(outputs['elsewhere'] ?? '', /never/)
  })

  test('runs documents of the older schemas', async () => {
    const runCommand = ['echo old']
    const oldest = {
      schemaVersion: '1.2',
      runtimeConfig: { 'aws:runShellScript': { properties: [{ id: 'a', runCommand }] } },
    }
    await create('Oldest', JSON.stringify(oldest), 'JSON')
    const older = {
      schemaVersion: '2.0',
      mainSteps: [{ action: 'aws:runShellScript', name: 'one', inputs: { runCommand } }],
    }
    await create('Older', JSON.stringify(older), 'JSON')
    assert.match((await outputsOf(server, nodeId, { DocumentName: 'Oldest' }))['aws:runShellScript'] ?? '', /^old\n/)
    assert.match((await outputsOf(server, nodeId, { DocumentName: 'Older' }))['one'] ?? '', /^old\n/)
  })

  test('a plugin with several sets of inputs runs each of them and is one step of its name', async () => {
    const properties = [
      { id: 'a', runCommand: ['echo one; exit 3'] },
      { id: 'b', runCommand: ['echo two'] },
    ]
    const several = { schemaVersion: '1.2', runtimeConfig: { 'aws:runShellScript': { properties } } }
    await create('Several', JSON.stringify(several), 'JSON')
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Several' }, 'Failed')
    assert.deepEqual(Object.keys(outputs), ['aws:runShellScript'])
    assert.match(outputs['aws:runShellScript'] ?? '', /^one\n\n?two\n.*exit status 3/s)
  })

  test('puts in what a parameter names of Parameter Store', async () => {
    await root.call('ssm', 'PutParameter', { Name: '/greet/name', Type: 'String', Value: 'ann' })
    await create('Referring', greet)
    const Parameters = { name: ['{{ssm:/greet/name}}'] }
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Referring', Parameters })
    assert.match(outputs['greet'] ?? '', /^\[hello\] ann\n/)
  })

  test('a parameter that names another one is data', async () => {
    const Content = JSON.stringify({
      schemaVersion: '2.2',
      parameters: { text: { type: 'String' } },
      mainSteps: [
        { action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ["cat <<'END'", '{{ text }}', 'END'] } },
      ],
    })
    await create('Data', Content, 'JSON')
    const Parameters = { text: ['$(id) `id` {{ other }}'] }
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Data', Parameters })
    assert.match(outputs['say'] ?? '', /^\$\(id\) `id` \{\{ other \}\}\n/)
  })

  test('a parameter in the environment is data, whatever is in it', async () => {
    const Content = JSON.stringify({
      schemaVersion: '2.2',
      parameters: { text: { type: 'String', interpolationType: 'ENV_VAR' } },
      mainSteps: [
        { action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ['printf "%s\\n" "$SSM_text"'] } },
      ],
    })
    await create('Environment', Content, 'JSON')
    const Parameters = { text: ['"; echo gone; #\' $(id)'] }
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Environment', Parameters })
    assert.match(outputs['say'] ?? '', /^"; echo gone; #' \$\(id\)\n/)
  })

  test('AWS-RunDocument runs another document of the account, with parameters', async () => {
    await create('Inner', greet)
    const outputs = await outputsOf(server, nodeId, {
      DocumentName: 'AWS-RunDocument',
      Parameters: {
        sourceType: ['SSMDocument'],
        sourceInfo: ['{"name":"Inner"}'],
        documentParameters: ['{"name":"inner"}'],
      },
    })
    assert.match(Object.values(outputs).join('\n'), /\[hello\] inner\n/)
  })

  test('a document that runs itself ends, and does not end well', async () => {
    const inputs = { documentType: 'SSMDocument', documentPath: 'Circle' }
    const Content = JSON.stringify({
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runDocument', name: 'again', inputs }],
    })
    await create('Circle', Content, 'JSON')
    const outputs = await outputsOf(server, nodeId, { DocumentName: 'Circle' }, 'Failed')
    assert.match(outputs['again'] ?? '', /Maximum depth/)
  })

  test('AWS-RunRemoteScript runs what it has downloaded', async () => {
    const files = createServer((_request, response) => response.end('echo remote $1\n'))
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    const { port } = files.address() as AddressInfo
    try {
      const url = `http://127.0.0.1:${port}/script.sh`
      const outputs = await outputsOf(server, nodeId, {
        DocumentName: 'AWS-RunRemoteScript',
        Parameters: {
          sourceType: ['HTTP'],
          sourceInfo: [JSON.stringify({ url, allowInsecureDownload: true })],
          // Amazon's agent gives what comes by HTTP a name of its own.
          commandLine: ['sh * works'],
        },
      })
      assert.match(Object.values(outputs).join('\n'), /remote works\n/)
    } finally {
      files.closeAllConnections()
      files.close()
    }
  })
}

describe('documents on our agent', async () => {
  const server = await runServer({ after })
  const { nodeId } = await runNode({ after }, server)
  runsDocuments(server, nodeId)
})

const official = findOfficialAgent()

describe("documents on Amazon's agent", { skip: official.skip }, async () => {
  let agent: OfficialAgent | undefined
  after(() => agent?.end()) // before the server, which would wait for it
  const server = await runServer({ after })
  const root = server.client()
  const activation = await root.call('ssm', 'CreateActivation', { IamRole: await makeNodeRole(root) })
  agent = new OfficialAgent(official.folder, server, {
    id: activation.ActivationId ?? '',
    code: activation.ActivationCode ?? '',
  })
  const nodeId = await eventually(
    async () => {
      const { InstanceInformationList: nodes = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
      return nodes[0]?.PingStatus === 'Online' && nodes[0].AgentVersion !== undefined ? nodes[0].InstanceId : undefined
    },
    "Amazon's agent is Online",
    40_000,
  )
  runsDocuments(server, nodeId)
})
