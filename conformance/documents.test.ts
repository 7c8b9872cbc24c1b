import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import { makeNodeRole, runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { findOfficialAgent, OfficialAgent } from './clients/official-agent.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

const greet = `# Greets who is named.
schemaVersion: '2.2'
description: Say hello.
parameters:
  name: { type: String, default: world, allowedPattern: '[a-z ]+' }
  words: { type: StringList, default: [hello], allowedValues: [hello, goodbye] }
mainSteps:
- action: aws:runShellScript
  name: greet
  precondition: { StringEquals: [platformType, Linux] }
  inputs:
    runCommand: ["echo {{ words }} '{{ name }}'"]
    onFailure: exit
- action: aws:runShellScript
  name: elsewhere
  precondition: { StringEquals: [platformType, Windows] }
  inputs: { runCommand: [echo never] }
- action: aws:runShellScript
  name: last
  inputs: { runCommand: [echo done], finallyStep: 'true' }
`

const folder = mkdtempSync(join(tmpdir(), 'fairlead-documents-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return `file://${join(folder, name)}`
}
const noCli = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

describe('command documents with the AWS CLI', { skip: noCli }, async () => {
  const server = await runServer({ after })
  const { nodeId } = await runNode({ after }, server)
  const aws = new AwsCli({ after }, server)

  test('a YAML document is created, described, read, updated and made the default', async () => {
    const created = await aws.call(
      'ssm create-document --name Greet --document-type Command --document-format YAML --tags Key=team,Value=red --content',
      file('greet.yaml', greet),
    )
    assert.equal(at(created, 'DocumentDescription', 'Status'), 'Creating')
    const described = at(await aws.call('ssm describe-document --name Greet'), 'Document')
    assert.deepEqual(at(described, 'PlatformTypes'), ['Linux', 'MacOS'])
    assert.equal(at(described, 'Parameters', 0, 'DefaultValue'), 'world')
    assert.equal(at(await aws.call('ssm get-document --name Greet --document-format YAML'), 'Content'), greet)
    assert.equal(
      at(JSON.parse(textAt(await aws.call('ssm get-document --name Greet'), 'Content')), 'schemaVersion'),
      '2.2',
    )

    const second = file('second.yaml', greet.replace('Say hello.', 'Say it again.'))
    const updated = await aws.call(
      'ssm update-document --name Greet --document-version $LATEST --document-format YAML --version-name again --content',
      second,
    )
    assert.equal(at(updated, 'DocumentDescription', 'LatestVersion'), '2')
    await aws.call('ssm update-document-default-version --name Greet --document-version 2')
    const listed = await aws.call('ssm list-document-versions --name Greet')
    assert.deepEqual(
      [0, 1].map((index) => [
        at(listed, 'DocumentVersions', index, 'DocumentVersion'),
        at(listed, 'DocumentVersions', index, 'IsDefaultVersion'),
      ]),
      [
        ['2', true],
        ['1', false],
      ],
    )
    const mine = await aws.call('ssm list-documents --filters Key=Owner,Values=Self Key=tag:team,Values=red')
    assert.equal(at(mine, 'DocumentIdentifiers', 0, 'Name'), 'Greet')
    const old = await aws.call(
      'ssm list-documents --document-filter-list key=DocumentType,value=Command key=Owner,value=Self',
    )
    assert.equal(at(old, 'DocumentIdentifiers', 0, 'DisplayName'), undefined)
    assert.equal(at(old, 'DocumentIdentifiers', 0, 'Name'), 'Greet')
  })

  test('its steps run on a node with the parameters that are given, and what does not suit the node is skipped', async () => {
    const sent = await aws.call(
      `ssm send-command --document-name Greet --document-version 1 --instance-ids ${nodeId} --parameters`,
      '{"name":["ann"],"words":["goodbye","hello"]}',
    )
    const id = textAt(sent, 'Command', 'CommandId')
    const one = `--command-id ${id} --instance-id ${nodeId}`
    await aws.call(`ssm wait command-executed ${one} --plugin-name last`)
    const greeted = await aws.call(`ssm get-command-invocation ${one} --plugin-name greet`)
    const last = await aws.call(`ssm get-command-invocation ${one} --plugin-name last`)
    assert.equal(at(greeted, 'StandardOutputContent'), '[goodbye,hello] ann\n')
    assert.equal(at(last, 'StandardOutputContent'), 'done\n')
    const listed = await aws.call(`ssm list-command-invocations --command-id ${id} --details`)
    assert.equal(at(listed, 'CommandInvocations', 0, 'CommandPlugins', 1, 'Name'), 'elsewhere')
    assert.doesNotMatch(textAt(listed, 'CommandInvocations', 0, 'CommandPlugins', 1, 'Output'), /never/)
  })

  test('what is wrong is told with its place, in a document and in its parameters', async () => {
    const broken = file('broken.yaml', greet.replace('runCommand: [echo done]', 'runCommand: echo done'))
    const refused = await aws.try('ssm create-document --name Broken --document-format YAML --content', broken)
    assert.match(
      refused.stderr,
      /\(InvalidDocumentContent\).*mainSteps\[2\]\.inputs\.runCommand must be a list of texts/,
    )
    const send = `ssm send-command --document-name Greet --instance-ids ${nodeId} --parameters`
    const wrong = await aws.try(send, '{"name":["$(id)"]}')
    assert.match(wrong.stderr, /\(InvalidParameters\).*"name" has a value that does not match/)
    const unknown = await aws.try('ssm get-document --name Broken')
    assert.match(unknown.stderr, /\(InvalidDocument\).*Document with name Broken does not exist\./)
  })

  test('it is shared, shown with whom, and deleted when it is shared no longer', async () => {
    const permission = 'document-permission --name Greet --permission-type Share'
    await aws.call(`ssm modify-${permission} --account-ids-to-add 111111111111 all`)
    const shown = await aws.call(`ssm describe-${permission}`)
    assert.deepEqual(at(shown, 'AccountIds'), ['111111111111', 'all'])
    const refused = await aws.try('ssm delete-document --name Greet')
    assert.match(refused.stderr, /\(InvalidDocumentOperation\).*still shared/)
    await aws.call(`ssm modify-${permission} --account-ids-to-remove 111111111111 all`)
    await aws.call('ssm delete-document --name Greet')
  })
})

const script = fileURLToPath(new URL('clients/use_documents.py', import.meta.url))

describe('documents with boto3', {
  skip: await reasonToSkip('boto3', 'python3', ['-c', 'import boto3']),
}, async () => {
  const server = await runServer({ after })
  const outcome = await run('python3', [script], { ...clientEnvironment({ after }, server), ENDPOINT: server.url })
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('reads every page of documents and of versions once', () => {
    assert.deepEqual(at(seen, 'documents', 'names'), ['Doc-0', 'Doc-1', 'Doc-2', 'Doc-3', 'Doc-4'])
    assert.equal(at(seen, 'documents', 'pages'), 3)
    assert.deepEqual(at(seen, 'versions', 'numbers'), ['5', '4', '3', '2', '1'])
    assert.equal(at(seen, 'versions', 'pages'), 3)
  })

  test('gets the exception class of each refusal', () => {
    assert.deepEqual(at(seen, 'refusals'), {
      taken: 'DocumentAlreadyExists',
      'too large': 'MaxDocumentSizeExceeded',
      'a bomb': 'InvalidDocumentContent',
      'another schema': 'InvalidDocumentSchemaVersion',
      'the same content': 'DuplicateDocumentContent',
      'the same version name': 'DuplicateDocumentVersionName',
      'an unknown version': 'InvalidDocumentVersion',
      'an unknown document': 'InvalidDocument',
      'an unknown filter': 'InvalidFilterKey',
      'the default version': 'InvalidDocumentOperation',
    })
  })
})

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
  const plugins = await eventually(
    async () => {
      const { CommandInvocations: [invocation] = [] } = await root.call('ssm', 'ListCommandInvocations', {
        CommandId,
        Details: true,
      })
      const { Status = '', CommandPlugins = [] } = invocation ?? {}
      if (['Pending', 'InProgress'].includes(Status)) return undefined
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
