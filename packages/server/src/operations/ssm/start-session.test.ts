import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ChannelPeer, channelToken } from '@fairlead/testkit/channel-peer'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { allow } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'
import { decodeInteractiveShell } from '@fairlead/wire/session-message'
import { firstPreferences } from '../../domain/session-document.ts'

const preferences = 'SSM-SessionManagerRunShell'

/** A node whose control channel is open, and what it was told of a session. */
async function world(t: TestContext, settings: Parameters<typeof channelWorld>[1] = {}) {
  const opened = await channelWorld(t, settings)
  const control = await opened.open()
  const { root, nodeId } = opened
  const setPreferences = (inputs: object) =>
    root.call('ssm', 'UpdateDocument', { Name: preferences, Content: withInputs(inputs), DocumentVersion: '$LATEST' })
  return {
    ...opened,
    control,
    setPreferences,
    addDocument: (Name: string, Content: string) =>
      root.call('ssm', 'CreateDocument', { Name, Content, DocumentType: 'Session' }),
    start: (input: object = {}, caller = root) => caller.call('ssm', 'StartSession', { Target: nodeId, ...input }),
    /** The Content of the interactive_shell that told of this session. */
    told: (sessionId: string | undefined) =>
      eventually(async () => {
        const shells = control.inbox.filter(({ messageType }) => messageType === 'interactive_shell')
        const shell = shells
          .map(({ payload }) => decodeInteractiveShell(payload))
          .find((one) => one.sessionId === sessionId)
        return (
          shell && (JSON.parse(shell.content) as Record<string, unknown> & { DocumentContent: Record<string, unknown> })
        )
      }, 'interactive_shell'),
    active: async () => (await root.call('ssm', 'DescribeSessions', { State: 'Active' })).Sessions ?? [],
  }
}

function withInputs(inputs: object): string {
  return JSON.stringify({ ...firstPreferences, inputs: { ...firstPreferences.inputs, ...inputs } })
}

test('a session has a name, a token and a way in, and its node is told of it', async (t) => {
  const { start, told, active, nodeId, url } = await world(t)
  const { SessionId = '', TokenValue = '', StreamUrl } = await start({ Reason: 'look around' })

  assert.match(SessionId, /^root-[0-9a-f]{17}$/)
  assert.ok(TokenValue.length > 20 && TokenValue.length <= 300)
  const root = url.replace('http', 'ws')
  assert.equal(StreamUrl, `${root}/v1/data-channel/${SessionId}?role=publish_subscribe`)
  const content = await told(SessionId)
  assert.partialDeepStrictEqual(content, {
    DocumentName: preferences,
    SessionId,
    RunAsUser: '',
    SessionOwner: 'arn:aws:iam::123456789012:root',
    Parameters: {},
    DocumentContent: { schemaVersion: '1.0', sessionType: 'Standard_Stream', parameters: {} },
  })
  const [session] = await active()
  assert.partialDeepStrictEqual(session, {
    SessionId,
    Target: nodeId,
    DocumentName: preferences,
    Reason: 'look around',
  })
})

test('the parameters of a document are checked, typed and put in, once', async (t) => {
  const { start, told, active } = await world(t)
  const remote = 'AWS-StartPortForwardingSessionToRemoteHost'
  const Parameters = { host: ['db.internal'], portNumber: ['5432'] }
  const { SessionId } = await start({ DocumentName: remote, Parameters })
  assert.deepEqual((await told(SessionId)).DocumentContent['properties'], {
    host: 'db.internal',
    portNumber: '5432',
    type: 'LocalPortForwarding',
    localPortNumber: '0',
  })
  const command = { DocumentName: 'AWS-StartInteractiveCommand', Parameters: { command: ['echo {{ command }} "$1"'] } }
  const { DocumentContent } = await told((await start(command)).SessionId)
  const linux = { commands: 'echo {{ command }} "$1"', runAsElevated: false }
  assert.partialDeepStrictEqual(DocumentContent['properties'], { linux })

  const before = (await active()).length
  for (const [DocumentName, given, message] of [
    ['AWS-StartSSHSession', { portNumber: ['0'] }, /"portNumber" has a value that does not match/],
    ['AWS-StartSSHSession', { portNumber: ['22', '23'] }, /"portNumber" is not a String/],
    ['AWS-StartSSHSession', { portNumber: [] }, /"portNumber" is not a String/],
    ['AWS-StartSSHSession', { host: ['a'] }, /Unknown parameter: host/],
    [preferences, { idle: ['1'] }, /does not support parameters/],
    [remote, { host: ['a;b'] }, /"host" has a value/],
    [remote, { host: ['a`bc'] }, /"host" has a value/],
    [remote, { host: ['naïve host'] }, /properties\.host must be a host name/],
    ['AWS-StartNonInteractiveCommand', {}, /"command" is required/],
    ['AWS-StartInteractiveCommand', { command: ['{{ssm:secret}}'] }, /not supported/],
  ] as const) {
    const refused = { code: 'InvalidParameters', message }
    await assert.rejects(
      start({ DocumentName, Parameters: given }),
      refused,
      `${DocumentName} ${JSON.stringify(given)}`,
    )
  }
  const long = { command: ['x'.repeat(65_535)] }
  await assert.rejects(start({ DocumentName: 'AWS-StartInteractiveCommand', Parameters: long }), /over|too long/)
  assert.equal((await active()).length, before)
})

test('a document that names where logs go starts sessions, which are recorded; the node is told of no place', async (t) => {
  const { start, told, active, addDocument, setPreferences, root, clock } = await world(t)
  const places = { s3BucketName: 'session-logs', s3KeyPrefix: 'a b/c', cloudWatchLogGroupName: '/sessions' }
  await addDocument('Logged', withInputs({ ...places, s3EncryptionEnabled: false }))
  await setPreferences({ cloudWatchLogGroupName: 'Group-1' })
  const command = { DocumentName: 'AWS-StartInteractiveCommand', Parameters: { command: ['id'] } }
  for (const asked of [{ DocumentName: 'Logged' }, {}, command]) {
    const { SessionId = '' } = await start(asked)
    const { DocumentContent } = await told(SessionId)
    assert.partialDeepStrictEqual(DocumentContent, {
      inputs: { s3BucketName: '', s3KeyPrefix: '', cloudWatchLogGroupName: '', cloudWatchStreamingEnabled: false },
    })
    assert.ok((await active()).every(({ OutputUrl }) => OutputUrl === undefined))
    await root.call('ssm', 'TerminateSession', { SessionId })
    const ended = await eventually(async () => {
      clock.advance(1_000)
      const { Sessions = [] } = await root.call('ssm', 'DescribeSessions', { State: 'History' })
      return Sessions.find((session) => session.SessionId === SessionId)
    }, 'the end of the session')
    const group = `https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=`
    assert.deepEqual(
      ended.OutputUrl,
      'DocumentName' in asked && asked.DocumentName === 'Logged'
        ? {
            S3OutputUrl: `https://us-east-1.console.aws.amazon.com/s3/object/session-logs/a%20b/c/${SessionId}.log`,
            CloudWatchOutputUrl: `${group}/sessions;stream=${SessionId}`,
          }
        : { CloudWatchOutputUrl: `${group}Group-1;stream=${SessionId}` },
    )
  }
  // Session Manager logs no ports, whatever the preferences say or their own document.
  const port = { sessionType: 'Port', properties: { portNumber: '22' }, inputs: places }
  await addDocument('Port', JSON.stringify({ schemaVersion: '1.0', description: 'x', ...port }))
  for (const DocumentName of ['AWS-StartSSHSession', 'Port']) {
    const { SessionId } = await start({ DocumentName })
    const inputs = { s3BucketName: '', cloudWatchLogGroupName: '' }
    assert.partialDeepStrictEqual((await told(SessionId)).DocumentContent, { inputs })
  }
})

test('a session that would leave no log is not begun when its document wants one', async (t) => {
  const { start, active, addDocument, setPreferences } = await world(t, { recordings: { isOn: false } })
  const places = [
    ['With-Bucket', { s3BucketName: 'session-logs' }, /With-Bucket .*\(s3BucketName\).*--recordings on/],
    ['With-Group', { cloudWatchLogGroupName: '/sessions' }, /With-Group .*\(cloudWatchLogGroupName\).*--recordings on/],
  ] as const
  for (const [name, inputs, message] of places) {
    await addDocument(name, withInputs(inputs))
    await assert.rejects(start({ DocumentName: name }), { code: 'ValidationException', message })
  }
  await setPreferences({ s3BucketName: 'session-logs' })
  const command = { DocumentName: 'AWS-StartInteractiveCommand', Parameters: { command: ['id'] } }
  for (const asked of [{}, { DocumentName: preferences }, command]) {
    await assert.rejects(start(asked), {
      code: 'ValidationException',
      message: /^Document SSM-SessionManagerRunShell /,
    })
  }
  assert.deepEqual(await active(), [])
  await start({ DocumentName: 'AWS-StartSSHSession' })
})

test('an encrypted session that is to be logged begins where the agent keeps a log, and only there', async (t) => {
  const { start, told, setPreferences, root, control, node, server, clock } = await world(t)
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const inputs = { kmsKeyId: KeyMetadata?.KeyId, s3BucketName: 'session-logs', s3KeyPrefix: 'here' }
  await setPreferences(inputs)
  await assert.rejects(start(), {
    code: 'ValidationException',
    message:
      /s3BucketName.*encrypted with a KMS key.*the agent of mi-\w+ keeps no log.*--session-logs on.*without kmsKeyId/,
  })

  const token = await channelToken(node)
  const peer = await ChannelPeer.upgrade(server, node, () => clock.now())
  peer.showToken(token, { keepsSessionLogs: true })
  await peer.settle()
  const { SessionId } = await start()
  control.inbox.push(await peer.take('interactive_shell'))
  assert.partialDeepStrictEqual((await told(SessionId)).DocumentContent, { inputs })
})

test('a session under a key tells the node the key as its document names it: by id, ARN or alias', async (t) => {
  const { start, told, setPreferences, root } = await world(t)
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const { KeyId = '', Arn = '' } = KeyMetadata ?? {}
  await root.call('kms', 'CreateAlias', { AliasName: 'alias/sessions', TargetKeyId: KeyId })
  const aliasArn = Arn.replace(/key\/.*/, 'alias/sessions')

  for (const kmsKeyId of [KeyId, Arn, 'alias/sessions', aliasArn]) {
    await setPreferences({ kmsKeyId })
    const { SessionId = '' } = await start({})
    assert.partialDeepStrictEqual(await told(SessionId), { DocumentContent: { inputs: { kmsKeyId } } })
  }
})

test('a session under a key that cannot be used is not begun, and the caller is told why', async (t) => {
  const { start, active, addDocument, setPreferences, root } = await world(t)
  const refusals = async (kmsKeyId: string, message: RegExp) => {
    await setPreferences({ kmsKeyId })
    await assert.rejects(start({}), { code: 'ValidationException', message })
  }
  await refusals('alias/nowhere', /SSM-SessionManagerRunShell .* alias\/nowhere \(kmsKeyId\), which does not exist/)
  await refusals('nonsense', /no id, ARN or alias/)
  await refusals('arn:aws:kms:eu-west-9:123456789012:alias/far', /which does not exist/)
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const { KeyId = '', Arn = '' } = KeyMetadata ?? {}
  await root.call('kms', 'DisableKey', { KeyId })
  await refusals(KeyId, /which is disabled/)
  await root.call('kms', 'ScheduleKeyDeletion', { KeyId })
  await refusals(Arn, /which is pending deletion/)

  // Ports are not encrypted: by the preferences of the region they need not be, by their own document they should be.
  await start({ DocumentName: 'AWS-StartSSHSession' })
  const port = { sessionType: 'Port', properties: { portNumber: '22' }, inputs: { kmsKeyId: KeyId } }
  await addDocument('Sealed-Port', JSON.stringify({ schemaVersion: '1.0', description: 'x', ...port }))
  await assert.rejects(start({ DocumentName: 'Sealed-Port' }), { message: /ports are not encrypted with KMS/ })
  assert.equal((await active()).length, 1)
})

test('a session runs as the user of the tag, else of the document, else not at all', async (t) => {
  const { start, told, addDocument, setPreferences, user, root } = await world(t)
  const alice = await user('alice', [allow('ssm:*')])
  await setPreferences({ runAsEnabled: true, runAsDefaultUser: 'worker' })
  const runAs = async (input: object = {}) => {
    const { RunAsUser, DocumentContent } = await told((await start(input, alice)).SessionId)
    return [RunAsUser, (DocumentContent['inputs'] as { runAsEnabled: boolean }).runAsEnabled]
  }

  assert.deepEqual(await runAs(), ['worker', true])
  await root.query('iam', 'TagUser', { UserName: 'alice', Tags: [{ Key: 'ssmSessionRunAs', Value: 'alice-os' }] })
  assert.deepEqual(await runAs(), ['alice-os', true])
  await addDocument('Nobody', withInputs({ runAsEnabled: true }))
  assert.deepEqual(await runAs({ DocumentName: 'Nobody' }), ['alice-os', true])
  await assert.rejects(start({ DocumentName: 'Nobody' }), { code: 'ValidationException', message: /SSMSessionRunAs/ })
  await setPreferences({ runAsEnabled: false })
  assert.deepEqual(await runAs(), ['', false])
})

test('people who share a role are told apart by the tags of their sessions', async (t) => {
  const { start, told, setPreferences, user, root, client } = await world(t)
  await setPreferences({ runAsEnabled: true, runAsDefaultUser: 'worker' })
  const alice = await user('alice', [allow('sts:*')])
  const trust = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: ['sts:AssumeRole', 'sts:TagSession'] }
  await root.query('iam', 'CreateRole', {
    RoleName: 'staff',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
    Tags: [{ Key: 'SSMSessionRunAs', Value: 'anybody' }],
  })
  const PolicyDocument = JSON.stringify(allow('ssm:*'))
  await root.query('iam', 'PutRolePolicy', { RoleName: 'staff', PolicyName: 'p', PolicyDocument })
  const runAs = async (Tags: { Key: string; Value: string }[]) => {
    const RoleArn = 'arn:aws:iam::123456789012:role/staff'
    const answer = await alice.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'one', Tags })
    const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
    ].map((name) => elementOf(answer, name))
    const session = client({ accessKeyId, secretAccessKey, sessionToken })
    return (await told((await start({}, session)).SessionId))['RunAsUser']
  }

  assert.equal(await runAs([{ Key: 'ssmsessionrunas', Value: 'alice-os' }]), 'alice-os')
  assert.equal(await runAs([{ Key: 'Team', Value: 'Blue' }]), 'anybody')
})

test('preferences are in force as soon as they are updated, for documents that have none too', async (t) => {
  const { start, active, addDocument, setPreferences, root, clock } = await world(t)
  await setPreferences({ maxSessionDuration: '1050', idleSessionTimeout: '5' })
  await start()
  await start({ DocumentName: 'AWS-StartSSHSession' })
  assert.deepEqual(
    (await active()).map(({ MaxSessionDuration }) => MaxSessionDuration),
    ['1050', '1050'],
  )

  clock.advance(1_000)
  await addDocument('Own', withInputs({ maxSessionDuration: '7' }))
  await root.call('ssm', 'DeleteDocument', { Name: preferences })
  await start({ DocumentName: 'Own' })
  await start()
  const durations = (await active()).map(({ DocumentName, MaxSessionDuration }) => [DocumentName, MaxSessionDuration])
  assert.deepEqual(durations.slice(0, 2).sort(), [
    ['Own', '7'],
    [preferences, undefined],
  ])
})

test("a customer's document is used in its default version", async (t) => {
  const { start, told, addDocument, root } = await world(t)
  const document = (commands: string) =>
    JSON.stringify({
      schemaVersion: '1.0',
      sessionType: 'InteractiveCommands',
      parameters: { lines: { type: 'String', allowedPattern: '[0-9]{1,3}', default: '10' } },
      properties: { linux: { commands, runAsElevated: true } },
    })
  await addDocument('Tail', document('tail -n {{lines}} /var/log/syslog'))
  await root.call('ssm', 'UpdateDocument', { Name: 'Tail', Content: document('reboot') })

  const asked = { DocumentName: 'Tail', Parameters: { lines: ['25'] } }
  const { DocumentContent } = await told((await start(asked)).SessionId)
  assert.deepEqual(DocumentContent['properties'], {
    linux: { commands: 'tail -n 25 /var/log/syslog', runAsElevated: true },
  })
  await assert.rejects(start({ DocumentName: 'Tail', Parameters: { lines: ['1;id'] } }), { code: 'InvalidParameters' })
})

test('a document of another type starts no session', async (t) => {
  const { start } = await world(t)
  await assert.rejects(start({ DocumentName: 'AWS-RunShellScript' }), {
    code: 'InvalidDocument',
    message: "Document type: 'Command' is not supported. Only type: 'Session' is supported in Session Manager.",
  })
})

test('a node that cannot be reached is reported with the reason', async (t) => {
  const { start, nodeId, control, root, register, node, clock } = await world(t)
  const refused = (message: RegExp) => ({ code: 'TargetNotConnected', message })
  const status = async () => (await root.call('ssm', 'GetConnectionStatus', { Target: nodeId })).Status

  await assert.rejects(
    start({ Target: 'mi-00000000000000000' }),
    refused(/^mi-00000000000000000 is not connected\. No node of this id is registered/),
  )
  const fresh = await register()
  await assert.rejects(
    start({ Target: fresh.nodeId }),
    refused(/was not heard since.* role \S+ .*UpdateInstanceInformation/),
  )
  await root.call('ssm', 'DeregisterManagedInstance', { InstanceId: fresh.nodeId })
  // It has left no trace, so nothing may be said of what it was.
  await assert.rejects(start({ Target: fresh.nodeId }), refused(/No node of this id is registered .* deregistered/))

  await start()
  assert.equal(await status(), 'connected')
  control.socket.terminate()
  await eventually(async () => ((await status()) === 'notconnected' ? true : undefined), 'channel closed')
  await node.report()
  await assert.rejects(start(), refused(/last heard at .* This server was started a moment ago, .* try again/))
  clock.advance(30_000)
  await assert.rejects(start(), refused(/last heard at .* no control channel open now/))
  await eventually(async () => {
    clock.advance(60_000)
    const { InstanceInformationList = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
    const found = InstanceInformationList.find(({ InstanceId }) => InstanceId === nodeId)
    return found?.PingStatus === 'ConnectionLost' ? true : undefined
  }, 'offline')
  await assert.rejects(start(), refused(/last heard at .* it is offline since.* role \S+ .*UpdateInstanceInformation/))
  await root.call('ssm', 'DeregisterManagedInstance', { InstanceId: nodeId })
  await assert.rejects(start(), refused(/It was deregistered/))
  assert.equal(await status(), 'notconnected')
})
