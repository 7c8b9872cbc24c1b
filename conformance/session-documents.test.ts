import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { HeldClient } from './clients/held-client.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'
import { ownPluginFolder, sessionBench } from './sessions/session-bench.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

/** A session document as people write it: places for logs, and what is left out is empty. */
const content = {
  schemaVersion: '1.0',
  description: 'Document to hold regional settings for Session Manager',
  sessionType: 'Standard_Stream',
  inputs: {
    s3BucketName: 'ssm-session-manager-bucket',
    s3KeyPrefix: 'SessionManager',
    s3EncryptionEnabled: false,
    cloudWatchLogGroupName: 'LogGroup-SessionManager',
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
  const bench = await sessionBench({ after })
  const { url, region, credentialsFile } = bench.server
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

    const nowhere = await aws.try('ssm start-session --target mi-0123456789abcdef0 --document-name Team-Session')
    assert.match(nowhere.stderr, /\(TargetNotConnected\) when calling the StartSession operation: mi-0123456789abcdef0/)
    const words = bench.words(bench.nodes.ours, { document: 'Team-Session' })
    const shell = new HeldClient({ after }, words, bench.environment(ownPluginFolder))
    const [, SessionId = ''] = await shell.untilSays(/SessionId: (\S+)/)
    await shell.untilSays(/\d\d:\d\d:\d\d .*20\d\d/) // what the profile's date says
    shell.write('echo logged-$((6*7)); exit\n')
    assert.equal(await shell.ended(), 0)
    const ended = await eventually(async () => {
      const history = await aws.call(`ssm describe-sessions --state History --filters key=SessionId,value=${SessionId}`)
      return at(history, 'Sessions', 0)
    }, 'the session has ended')
    const bucket = `${region}.console.aws.amazon.com/s3/object/ssm-session-manager-bucket`
    assert.equal(textAt(ended, 'OutputUrl', 'S3OutputUrl'), `https://${bucket}/SessionManager/${SessionId}.log`)
    assert.match(textAt(ended, 'OutputUrl', 'CloudWatchOutputUrl'), /group=LogGroup-SessionManager;stream=/)
    const watched = await run(
      join(ownPluginFolder, 'fairlead'),
      ['recordings', 'play', SessionId, '--data-dir', bench.server.dataDir],
      bench.environment(ownPluginFolder),
    )
    assert.match(watched.stdout, /logged-42/)

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
