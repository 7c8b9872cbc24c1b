import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { greet } from './clients/greet.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

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
