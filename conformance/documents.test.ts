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
const server = await runServer({ after })
const { nodeId } = await runNode({ after }, server)

// Each start of the CLI takes a second: here is what it does in its own way (files, filters, the waiter, what it prints).
describe('command documents with the AWS CLI', {
  skip: await reasonToSkip('the AWS CLI', 'aws', ['--version']),
}, async () => {
  const aws = new AwsCli({ after }, server)

  test('a YAML document is created, updated and found by its tags', async () => {
    const created = await aws.call(
      'ssm create-document --name Greet --document-type Command --document-format YAML --tags Key=team,Value=red --content',
      file('greet.yaml', greet),
    )
    assert.equal(at(created, 'DocumentDescription', 'Status'), 'Creating')
    const second = file('second.yaml', greet.replace('Say hello.', 'Say it again.'))
    const updated = await aws.call(
      'ssm update-document --name Greet --document-version $LATEST --document-format YAML --version-name again --content',
      second,
    )
    assert.equal(at(updated, 'DocumentDescription', 'LatestVersion'), '2')
    const mine = await aws.call('ssm list-documents --filters Key=Owner,Values=Self Key=tag:team,Values=red')
    assert.equal(at(mine, 'DocumentIdentifiers', 0, 'Name'), 'Greet')
  })

  test('its steps run on a node with the parameters that are given, and what does not suit the node is skipped', async () => {
    const sent = await aws.call(
      `ssm send-command --document-name Greet --document-version 1 --instance-ids ${nodeId} --parameters`,
      '{"name":["ann"],"words":["goodbye","hello"]}',
    )
    const id = textAt(sent, 'Command', 'CommandId')
    await aws.call(`ssm wait command-executed --command-id ${id} --instance-id ${nodeId} --plugin-name last`)
    const listed = await aws.call(`ssm list-command-invocations --command-id ${id} --details`)
    const steps = [0, 1, 2].map((index) => {
      const plugin = at(listed, 'CommandInvocations', 0, 'CommandPlugins', index)
      return [at(plugin, 'Name'), at(plugin, 'Output')]
    })
    assert.deepEqual(steps[0], ['greet', '[goodbye,hello] ann\n'])
    assert.equal(steps[1]?.[0], 'elsewhere')
    assert.doesNotMatch(String(steps[1]?.[1]), /never/)
    assert.deepEqual(steps[2], ['last', 'done\n'])
  })

  test('what is wrong in a document is told with its place', async () => {
    const broken = file('broken.yaml', greet.replace('runCommand: [echo done]', 'runCommand: echo done'))
    const refused = await aws.try('ssm create-document --name Broken --document-format YAML --content', broken)
    assert.match(
      refused.stderr,
      /\(InvalidDocumentContent\).*mainSteps\[2\]\.inputs\.runCommand must be a list of texts/,
    )
  })

  test('it is deleted', async () => {
    await aws.call('ssm delete-document --name Greet')
  })
})

const script = fileURLToPath(new URL('clients/use_documents.py', import.meta.url))

describe('documents with boto3', {
  skip: await reasonToSkip('boto3', 'python3', ['-c', 'import boto3']),
}, async () => {
  const environment = { ...clientEnvironment({ after }, server), ENDPOINT: server.url, NODE_ID: nodeId, GREET: greet }
  const outcome = await run('python3', [script], environment)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('a document is described by what it says, and read in the format that is wanted', () => {
    assert.deepEqual(at(seen, 'greet', 'described'), { platforms: ['Linux', 'MacOS'], default: 'world' })
    assert.equal(at(seen, 'greet', 'yaml'), greet)
    assert.equal(at(JSON.parse(textAt(seen, 'greet', 'json')), 'schemaVersion'), '2.2')
    assert.deepEqual(at(seen, 'greet', 'versions'), [
      ['2', true],
      ['1', false],
    ])
    assert.deepEqual(at(seen, 'greet', 'old filters'), [['Hello', null]])
  })

  test('each of its steps is asked for by its name', () => {
    assert.deepEqual(at(seen, 'greet', 'outputs'), { greet: '[goodbye,hello] ann\n', last: 'done\n' })
  })

  test('what is wrong with parameters and names is told', () => {
    assert.match(textAt(seen, 'greet', 'wrong'), /^InvalidParameters: .*"name" has a value that does not match/)
    assert.match(textAt(seen, 'greet', 'unknown'), /^InvalidDocument: Document with name Broken does not exist\.$/)
  })

  test('it is shared, shown with whom, and deleted when it is shared no longer', () => {
    assert.deepEqual(at(seen, 'greet', 'shared with'), ['111111111111', 'all'])
    assert.match(textAt(seen, 'greet', 'shared'), /^InvalidDocumentOperation: .*still shared/)
    assert.match(textAt(seen, 'greet', 'deleted'), /^InvalidDocument: /)
  })

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
