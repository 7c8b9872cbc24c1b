import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  type AgentJob,
  type AgentJobReply,
  decodeAgentJob,
  decodeAgentJobAck,
  decodeAgentJobReply,
  decodeAgentJobReplyAck,
  decodeAgentTaskAcknowledge,
  decodeAgentTaskComplete,
  decodeCancelContent,
  decodeChannelClosed,
  decodeCommandContent,
  decodeOpenControlChannel,
  decodeQueuedJob,
  encodeAgentJob,
  encodeAgentJobAck,
  encodeAgentJobReply,
  encodeAgentJobReplyAck,
  encodeAgentTaskAcknowledge,
  encodeAgentTaskComplete,
  encodeCancelContent,
  encodeChannelClosed,
  encodeCommandContent,
  encodeOpenControlChannel,
  encodeQueuedJob,
  MessageError,
  type PluginResult,
} from './control-message.ts'

const commandId = '0831e1a8-a1ac-4257-a1fd-c831b48c4107'
const nodeId = 'mi-6890d5f6eff2d80d9'
const jobId = `aws.ssm.${commandId}.${nodeId}`
const messageId = '5522ce6c-6a98-4aee-9cd7-466f93541577'
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const json = (payload: Uint8Array) => JSON.parse(Buffer.from(payload).toString())

const step: PluginResult = {
  status: 'Success',
  code: 0,
  name: 'aws:runShellScript',
  output: 'hi\n',
  standardOutput: 'hi\n',
  standardError: '',
  startedAt: new Date('2026-11-22T00:53:43.301Z'),
  endedAt: new Date('2026-11-22T00:53:43.401Z'),
  outputS3BucketName: '',
  outputS3KeyPrefix: '',
}
const agent = { name: 'amazon-ssm-agent', version: '3.2.2303.0', language: 'en-US', os: 'linux', osVersion: '1' }

// As amazon-ssm-agent 3.2.2303.0 sends it.
const capturedContent = {
  additionalInfo: {
    agent: { lang: 'en-US', name: 'amazon-ssm-agent', os: 'linux', osver: '1', ver: '3.2.2303.0' },
    dateTime: '2026-11-22T00:53:44.000Z',
    runId: '',
    runtimeStatusCounts: { Success: 1 },
  },
  documentStatus: 'Success',
  documentTraceOutput: '',
  runtimeStatus: {
    runShellScript: {
      status: 'Success',
      code: 0,
      name: 'aws:runShellScript',
      output: 'hi\n',
      startDateTime: '2026-11-22T00:53:43.301Z',
      endDateTime: '2026-11-22T00:53:43.401Z',
      outputS3BucketName: '',
      outputS3KeyPrefix: '',
      stepName: '',
      standardOutput: 'hi\n',
      standardError: '',
    },
  },
}
const captured = (content: object) =>
  bytes({ schemaVersion: 1, jobId, topic: 'aws.ssm.sendCommand', content: JSON.stringify(content) })

test('a job goes out with the members that agents look for', () => {
  const content = encodeCancelContent({ commandId, nodeId })
  const payload = encodeAgentJob({ kind: 'cancelCommand', region: 'us-east-1', commandId: 'c2', nodeId, content })

  assert.deepEqual(json(payload), {
    SchemaVersion: 1,
    JobId: `aws.ssm.c2.${nodeId}`,
    Topic: 'aws.ssm.cancelCommand.us-east-1',
    Content: `{"CancelMessageId":"${jobId}"}`,
  })
})

test('a job is the same in a frame and in the queue', () => {
  const job: AgentJob = { kind: 'sendCommand', region: 'eu-west-1', commandId, nodeId, content: '{}' }

  assert.deepEqual(decodeAgentJob(encodeAgentJob(job)), job)
  const queued = encodeQueuedJob(job, new Date(0))
  assert.ok(Object.values(queued).every((value) => typeof value === 'string' && value !== ''))
  assert.deepEqual(decodeQueuedJob(queued), job)
})

test('a content of a command says in a string whether output goes to CloudWatch', () => {
  const content = {
    commandId,
    documentName: 'AWS-RunShellScript',
    documentContent: { schemaVersion: '2.2' },
    parameters: { commands: ['echo hi'], workingDirectory: '', retries: 3, dry: false, map: { a: 'b' } },
    outputS3BucketName: '',
    outputS3KeyPrefix: '',
    cloudWatchLogGroupName: '',
    cloudWatchOutputEnabled: true,
  }
  const text = encodeCommandContent(content)

  assert.equal(JSON.parse(text).CloudWatchOutputEnabled, 'true')
  assert.deepEqual(decodeCommandContent(text), content)
})

test('a cancel names the job that it cancels', () => {
  assert.deepEqual(decodeCancelContent(encodeCancelContent({ commandId, nodeId })), { commandId, nodeId })
})

test('an ack of the agent is read as sent', () => {
  const createdDate = '2026-11-22T00:53:43.301Z'
  const sent = { jobId, acknowledgedMessageId: messageId, createdDate, statusCode: '200', errorMessage: 'Successful' }

  const ack = decodeAgentJobAck(bytes(sent))

  assert.deepEqual(ack, {
    commandId,
    nodeId,
    acknowledgedMessageId: messageId,
    createdDate: new Date(createdDate),
    statusCode: '200',
  })
  assert.deepEqual(json(encodeAgentJobAck(ack)), sent)
})

test('a refusing ack carries the name of its code', () => {
  const ack = { commandId, nodeId, acknowledgedMessageId: messageId, statusCode: '51402' }
  assert.equal(json(encodeAgentJobAck(ack)).errorMessage, 'ProcessorBufferFull')
})

test('a report of the agent is read as sent, and written the same', () => {
  const reply = decodeAgentJobReply(captured(capturedContent))

  assert.deepEqual(reply, {
    commandId,
    nodeId,
    kind: 'sendCommand',
    content: {
      documentStatus: 'Success',
      documentTraceOutput: '',
      plugins: new Map([['runShellScript', step]]),
      agent,
      sentAt: new Date('2026-11-22T00:53:44.000Z'),
    },
  })
  assert.deepEqual(JSON.parse(json(encodeAgentJobReply(reply)).content), capturedContent)
})

test('a report without steps is read whether the agent writes null or nothing for them', () => {
  for (const runtimeStatus of [null, undefined, {}]) {
    const reply = decodeAgentJobReply(captured({ ...capturedContent, documentStatus: 'InProgress', runtimeStatus }))
    assert.equal(reply.content.plugins.size, 0)
  }
})

test('a report of a cancel job is told apart by its topic', () => {
  const sent = { schemaVersion: 1, jobId, content: JSON.stringify(capturedContent) }
  assert.equal(decodeAgentJobReply(bytes({ ...sent, topic: 'aws.ssm.cancelCommand' })).kind, 'cancelCommand')
  assert.throws(() => decodeAgentJobReply(bytes({ ...sent, topic: 'aws.ssm.sendCommandments' })), MessageError)
})

test('a step that never ran has no times, and an output that is no text is kept as JSON', () => {
  const skipped = {
    ...capturedContent.runtimeStatus.runShellScript,
    status: 'Skipped',
    startDateTime: '0001-01-01T00:00:00Z',
    endDateTime: '',
    output: { why: 'precondition' },
  }
  const reply = decodeAgentJobReply(captured({ ...capturedContent, runtimeStatus: { one: skipped } }))

  const result = reply.content.plugins.get('one')
  assert.equal(result?.startedAt, undefined)
  assert.equal(result?.endedAt, undefined)
  assert.equal(result?.output, '{"why":"precondition"}')
})

test('a report of more than 64 steps, of an unknown status or over the size of a message is refused', () => {
  const steps = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, { status: 'Success', code: 0 }]))
  const decode = (changes: object) => decodeAgentJobReply(captured({ ...capturedContent, ...changes }))

  assert.equal(decode({ runtimeStatus: steps(64) }).content.plugins.size, 64)
  assert.throws(() => decode({ runtimeStatus: steps(65) }), MessageError)
  assert.throws(() => decode({ documentStatus: 'Maybe' }), MessageError)
  assert.throws(() => decode({ runtimeStatus: { one: { status: 'Maybe' } } }), MessageError)
  assert.throws(() => decode({ runtimeStatus: { one: { status: 'Success', code: 1.5 } } }), MessageError)
  assert.throws(() => decode({ runtimeStatus: { one: { status: 'Success', startDateTime: 'soon' } } }), MessageError)
  assert.throws(() => decode({ documentTraceOutput: 'x'.repeat(150_000) }), MessageError)
  assert.throws(() => decode({ documentTraceOutput: 7 }), MessageError)
})

test('an exit code of Windows is the signed number that everybody else has for it', () => {
  const codeOf = (code: number) =>
    decodeAgentJobReply(
      captured({ ...capturedContent, runtimeStatus: { one: { status: 'Failed', code } } }),
    ).content.plugins.get('one')?.code
  // `exit -1`, an access violation, and the least that there is.
  assert.deepEqual([4_294_967_295, 3_221_225_477, -2_147_483_648].map(codeOf), [-1, -1_073_741_819, -2_147_483_648])
  for (const code of [4_294_967_296, -2_147_483_649, 1e300]) assert.throws(() => codeOf(code), MessageError)
})

test('a moment that clients have no date for is none', () => {
  const startOf = (startDateTime: string) =>
    decodeAgentJobReply(
      captured({ ...capturedContent, runtimeStatus: { one: { status: 'Success', startDateTime } } }),
    ).content.plugins.get('one')?.startedAt
  assert.equal(startOf('9999-12-31T23:59:59-01:00'), undefined)
  assert.equal(startOf('0000-12-31T23:59:59Z'), undefined)
  assert.equal(startOf('1969-12-31T23:59:59Z')?.getTime(), -1000)
})

test('a step may be called like a member that every object has', () => {
  const text = `{"documentStatus":"Success","runtimeStatus":{"__proto__":{"status":"Failed","code":3}}}`
  const reply = decodeAgentJobReply(bytes({ jobId, topic: 'aws.ssm.sendCommand', content: text }))
  assert.equal(reply.content.plugins.get('__proto__')?.code, 3)
})

test('receipts, the end of a session and the opening text are read as written', () => {
  const replyAck = { commandId, nodeId, acknowledgedMessageId: messageId }
  assert.deepEqual(json(encodeAgentJobReplyAck(replyAck)), { jobId, acknowledgedMessageId: messageId })
  assert.deepEqual(decodeAgentJobReplyAck(encodeAgentJobReplyAck(replyAck)), replyAck)

  const sessionId = 'alice-0a1b2c3d4e5f60718'
  const complete = {
    sessionId,
    topic: 'agent_task_complete',
    finalTaskStatus: 'Failed',
    isRoutingFailure: false,
    nodeId,
    output: 'no shell',
    s3Bucket: '',
    s3UrlSuffix: '',
    logGroup: '',
    logStream: '',
    retryNumber: 1,
  }
  assert.deepEqual(decodeAgentTaskComplete(encodeAgentTaskComplete(complete)), complete)
  const acknowledge = { messageId, sessionId, topic: 'agent_task_complete' }
  assert.deepEqual(decodeAgentTaskAcknowledge(encodeAgentTaskAcknowledge(acknowledge)), acknowledge)
  const closed = encodeChannelClosed({ messageId, nodeId, sessionId, createdDate: new Date(5) })
  assert.equal(json(closed).CreatedDate, '5')
  assert.deepEqual(decodeChannelClosed(closed), { messageId, nodeId, sessionId })
})

test('the opening text of the agent is read; one without a token is refused', () => {
  const sent = `{"Cookie":null,"MessageSchemaVersion":"1.0","RequestId":"${messageId}","TokenValue":"t","AgentVersion":"3.2.2303.0","PlatformType":"linux"}`

  const open = decodeOpenControlChannel(sent)

  assert.deepEqual(open, { requestId: messageId, token: 't', agentVersion: '3.2.2303.0', platformType: 'linux' })
  assert.equal(encodeOpenControlChannel(open), sent)
  for (const bad of [sent.replace('"t"', 'null'), sent.replace('"1.0"', '"2.0"'), sent.slice(1), '[]', 'null', '']) {
    assert.throws(() => decodeOpenControlChannel(bad), MessageError, bad)
  }
})

test('members that nobody knows change nothing', () => {
  const job = encodeAgentJob({ kind: 'sendCommand', region: 'r', commandId, nodeId, content: '{}' })
  const more = bytes({ ...json(job), Priority: 'high' })
  assert.deepEqual(decodeAgentJob(more), decodeAgentJob(job))
})

const pluginMembers = {
  status: fc.constantFrom<PluginResult['status'][]>('Success', 'Failed', 'TimedOut', 'Cancelled', 'Skipped'),
  code: fc.integer(),
  name: fc.string({ maxLength: 256 }),
  output: fc.string(),
  standardOutput: fc.string({ unit: 'binary' }),
  standardError: fc.string({ unit: 'grapheme' }),
  startedAt: fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
  endedAt: fc.constant(undefined),
  outputS3BucketName: fc.constant('bucket'),
  outputS3KeyPrefix: fc.string(),
}
const plugins: fc.Arbitrary<PluginResult> = fc.record(pluginMembers, { noNullPrototype: true })

test('every report is read as it was written', () => {
  const steps = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 8 })
  fc.assert(
    fc.property(steps, plugins, fc.string(), (names, result, trace) => {
      const content = {
        documentStatus: 'InProgress' as const,
        documentTraceOutput: trace,
        plugins: new Map(names.map((name) => [name, result])),
        agent,
        sentAt: undefined,
      }
      const reply: AgentJobReply = { commandId, nodeId, kind: 'sendCommand', content }
      const read = decodeAgentJobReply(encodeAgentJobReply(reply))
      assert.deepEqual([...read.content.plugins].sort(), [...content.plugins].sort())
      assert.equal(read.content.documentTraceOutput, trace)
    }),
  )
})

test('no bytes and no JSON make a decoder throw anything but a MessageError', () => {
  const decoders = [decodeAgentJob, decodeAgentJobAck, decodeAgentJobReply, decodeAgentJobReplyAck]
  const others = [decodeAgentTaskComplete, decodeAgentTaskAcknowledge, decodeChannelClosed]
  const names = ['jobId', 'JobId', 'topic', 'Topic', 'content', 'Content', 'statusCode', 'TaskId', 'FinalTaskStatus']
  const objects = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.constant(jobId)))
  const inputs = fc.oneof(
    fc.uint8Array(),
    fc.json().map(bytes),
    objects.map((value) => bytes(value)),
  )
  fc.assert(
    fc.property(inputs, (input) => {
      for (const decode of [...decoders, ...others]) {
        try {
          decode(input)
        } catch (error) {
          assert.ok(error instanceof MessageError, String(error))
        }
      }
    }),
  )
})
