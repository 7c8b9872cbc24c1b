import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

/** A session document as people write it: what is left out is empty. */
const content = {
  schemaVersion: '1.0',
  description: 'Document to hold regional settings for Session Manager',
  sessionType: 'Standard_Stream',
  inputs: {
    s3BucketName: '',
    s3KeyPrefix: 'SessionManager',
    s3EncryptionEnabled: false,
    cloudWatchLogGroupName: '',
    cloudWatchEncryptionEnabled: false,
    cloudWatchStreamingEnabled: false,
    runAsEnabled: false,
    runAsDefaultUser: '',
    idleSessionTimeout: '',
    maxSessionDuration: '',
    shellProfile: { windows: 'date', linux: 'date' },
  },
}

describe('session documents by the AWS CLI', { skip }, async () => {
  const { url, region, credentialsFile } = await runServer({ after })
  const aws = new AwsCli({ after }, { url, region, credentialsFile })
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-documents-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name: string, value: object) => {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(value, null, 2))
    return `file://${path}`
  }

  test('a document is created, described, updated, used and deleted', async () => {
    const created = await aws.call(
      'ssm create-document --name Team-Session --document-type Session --document-format JSON --content',
      file('first.json', content),
    )
    const described = at(created, 'DocumentDescription')
    assert.deepEqual(Object.keys(described as object).sort(), [
      'CreatedDate',
      'DefaultVersion',
      'DocumentFormat',
      'DocumentType',
      'DocumentVersion',
      'Hash',
      'HashType',
      'LatestVersion',
      'Name',
      'Owner',
      'PlatformTypes',
      'SchemaVersion',
      'Status',
      'Tags',
    ])
    assert.equal(at(described, 'Status'), 'Creating')
    const active = at(await aws.call('ssm describe-document --name Team-Session'), 'Document')
    assert.deepEqual(active, { ...(described as object), Status: 'Active' })

    const updated = await aws.call(
      'ssm update-document --name Team-Session --document-version $LATEST --content',
      file('second.json', { ...content, description: 'second' }),
    )
    assert.equal(at(updated, 'DocumentDescription', 'DocumentVersion'), '2')
    await aws.call('ssm update-document-default-version --name Team-Session --document-version 2')
    const got = await aws.call('ssm get-document --name Team-Session')
    assert.equal(JSON.parse(textAt(got, 'Content')).description, 'second')

    const started = await aws.try('ssm start-session --target mi-0123456789abcdef0 --document-name Team-Session')
    assert.match(started.stderr, /\(TargetNotConnected\) when calling the StartSession operation: mi-0123456789abcdef0/)
    await aws.call('ssm delete-document --name Team-Session')
    const gone = await aws.try('ssm start-session --target mi-0123456789abcdef0 --document-name Team-Session')
    assert.match(gone.stderr, /\(InvalidDocument\).*Document with name Team-Session does not exist\./)
  })

  test('what is wrong in a document is named', async () => {
    const wrong = { ...content, inputs: { ...content.inputs, idleSessionTimeout: '61' } }
    const words = 'ssm create-document --name Wrong --document-type Session --content'
    const refused = await aws.try(words, file('wrong.json', wrong))
    assert.match(refused.stderr, /\(InvalidDocumentContent\).*inputs\.idleSessionTimeout must be .* 1 to 60/)
  })
})
