import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { readPayload } from './message-members.ts'
import {
  acknowledgeFrame,
  acknowledgeOf,
  decodeAcknowledge,
  decodeChallenge,
  decodeChannelClosed,
  decodeFlag,
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  decodeInteractiveShell,
  decodeOpenDataChannel,
  decodeSessionContent,
  decodeSessionState,
  decodeSize,
  encodeAcknowledge,
  encodeAgentOpening,
  encodeChallenge,
  encodeChannelClosed,
  encodeClientOpening,
  encodeFlag,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
  encodeInteractiveShell,
  encodeSessionContent,
  encodeSessionState,
  encodeSize,
  type HandshakeRequest,
  type HandshakeResponse,
  MessageError,
  publicationFrame,
  readSessionDocument,
  type SessionContent,
  sessionFlags,
  sessionStateFrame,
  streamFrame,
} from './session-message.ts'

const messageId = '5522ce6c-6a98-4aee-9cd7-466f93541577'
const sessionId = 'admin-0a1b2c3d4e5f60718'
const nodeId = 'mi-6890d5f6eff2d80d9'
const stamp = { messageId, createdDate: 1_795_312_323_000 }
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const text = (payload: Uint8Array) => Buffer.from(payload).toString()

test('a receipt is written as session-manager-plugin writes it, and read back', () => {
  const ack = acknowledgeOf({ messageType: 'output_stream_data', messageId, sequenceNumber: 12 })

  const payload = encodeAcknowledge(ack)

  assert.equal(
    text(payload),
    `{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":"${messageId}","AcknowledgedMessageSequenceNumber":12,"IsSequentialMessage":true}`,
  )
  assert.deepEqual(decodeAcknowledge(payload), ack)
  assert.throws(() => acknowledgeOf({ messageType: 'acknowledge', messageId, sequenceNumber: 0 }), MessageError)
  for (const place of [-1, 0.5, '0', null, 1e300]) {
    const bad = { ...JSON.parse(text(payload)), AcknowledgedMessageSequenceNumber: place }
    assert.throws(() => decodeAcknowledge(bytes(bad)), MessageError, `${place}`)
  }
})

test('only the first frame of an agent carries SYN, and what is not numbered carries SYN and FIN', () => {
  const content = { payloadType: 1, payload: bytes('x') } as const
  const output = { ...content, messageType: 'output_stream_data' } as const
  const input = { ...content, messageType: 'input_stream_data' } as const

  const flags = [
    streamFrame({ ...output, sequenceNumber: 0 }, stamp),
    streamFrame({ ...output, sequenceNumber: 1 }, stamp),
    streamFrame({ ...input, sequenceNumber: 0 }, stamp),
    acknowledgeFrame(acknowledgeOf({ messageType: 'input_stream_data', messageId, sequenceNumber: 7 }), stamp),
    sessionStateFrame({ sessionId, state: 'Connected' }, stamp),
  ].map((frame) => [frame.flags, frame.sequenceNumber])

  assert.deepEqual(flags, [
    [1, 0],
    [0, 1],
    [0, 0],
    [3, 0],
    [3, 0],
  ])
  assert.notEqual(publicationFrame('pause_publication', stamp).payload.length, 0)
})

test('a size is what Amazon’s client sends, and one beyond any terminal is cut down', () => {
  assert.equal(text(encodeSize({ columns: 120, rows: 40 })), '{"cols":120,"rows":40}')
  assert.deepEqual(decodeSize(bytes('{"cols":300,"rows":100}')), { columns: 300, rows: 100 })
  assert.deepEqual(decodeSize(bytes('{"cols":4294967295,"rows":0}')), { columns: 65_535, rows: 0 })
  for (const bad of ['{"cols":1}', '{"cols":-1,"rows":1}', '{"cols":"1","rows":1}', '']) {
    assert.throws(() => decodeSize(bytes(bad)), MessageError, bad)
  }
})

test('a flag is four bytes, and one that nobody knows is none', () => {
  for (const flag of Object.values(sessionFlags)) assert.equal(decodeFlag(encodeFlag(flag)), flag)
  assert.deepEqual([...encodeFlag(sessionFlags.terminateSession)], [0, 0, 0, 2])
  assert.equal(decodeFlag(new Uint8Array([0, 0, 0, 4])), undefined)
  assert.equal(decodeFlag(new Uint8Array([1, 0, 0, 2])), undefined)
  assert.equal(decodeFlag(Buffer.from([9, 0, 0, 0, 3]).subarray(1)), sessionFlags.connectToPortError)
  for (const length of [0, 1, 3, 5]) assert.throws(() => decodeFlag(new Uint8Array(length)), MessageError)
})

test('the opening text of a client and that of an agent are read', () => {
  const ofClient = `{"MessageSchemaVersion":"1.0","RequestId":"${messageId}","TokenValue":"t","ClientId":"c","ClientVersion":"1.2.677.0"}`
  const ofAgent = `{"MessageSchemaVersion":"1.0","RequestId":"${messageId}","TokenValue":"t","ClientInstanceId":"${nodeId}","ClientId":""}`
  const open = { requestId: messageId, token: 't', clientId: 'c', clientVersion: '1.2.677.0' }

  assert.equal(encodeClientOpening(open), ofClient)
  assert.equal(encodeAgentOpening({ requestId: messageId, token: 't', nodeId }), ofAgent)
  assert.deepEqual(decodeOpenDataChannel(ofClient), { ...open, nodeId: '' })
  assert.deepEqual(decodeOpenDataChannel(ofAgent), { ...open, clientId: '', clientVersion: '', nodeId })
  const older = ofClient.replace(',"ClientVersion":"1.2.677.0"', '')
  assert.equal(decodeOpenDataChannel(older).clientVersion, '')
  for (const bad of [ofClient.replace('"t"', 'null'), ofClient.replace('"1.0"', '"2"'), ofClient.slice(1), '[]', '']) {
    assert.throws(() => decodeOpenDataChannel(bad), MessageError, bad)
  }
})

test('the handshake request of amazon-ssm-agent is read and written the same again', () => {
  const sent =
    '{"AgentVersion":"3.2.2303.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Port","Properties":{"portNumber":"22","type":""}}},{"ActionType":"KMSEncryption","ActionParameters":{"KMSKeyId":"arn:aws:kms:x"}}]}'

  const request = decodeHandshakeRequest(bytes(sent))

  assert.deepEqual(request, {
    agentVersion: '3.2.2303.0',
    actions: [
      { kind: 'sessionType', sessionType: 'Port', properties: { portNumber: '22', type: '' } },
      { kind: 'kmsEncryption', keyId: 'arn:aws:kms:x', challenge: '' },
    ],
  } satisfies HandshakeRequest)
  assert.equal(text(encodeHandshakeRequest(request)), sent)
})

test('an agent of another maker can say its name in the handshake request', () => {
  const request: HandshakeRequest = { agentVersion: '3.2.0.0', agentName: 'fairlead', actions: [] }
  const sent = '{"AgentVersion":"3.2.0.0","AgentName":"fairlead","RequestedClientActions":[]}'
  assert.equal(text(encodeHandshakeRequest(request)), sent)
  assert.deepEqual(decodeHandshakeRequest(bytes(sent)), request)
})

test('an action that nobody knows is named to the client, which can then say so', () => {
  const actions = [{ ActionType: 'Dance', ActionParameters: 7 }]
  const { actions: read } = decodeHandshakeRequest(bytes({ AgentVersion: '1.0.0.0', RequestedClientActions: actions }))
  assert.deepEqual(read, [{ kind: 'unknown', actionType: 'Dance' }])
})

test('the handshake response of session-manager-plugin is read', () => {
  const sent =
    '{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""},{"ActionType":"KMSEncryption","ActionStatus":1,"ActionResult":{"KMSCipherTextKey":"AQID","KMSCipherTextHash":null},"Error":""}],"Errors":null}'

  const response = decodeHandshakeResponse(bytes(sent))

  const dataKey = { ciphertext: new Uint8Array([1, 2, 3]), hasChallenge: false }
  assert.deepEqual(response, {
    clientVersion: '1.2.677.0',
    actions: [
      { actionType: 'SessionType', status: 'success', error: '' },
      { actionType: 'KMSEncryption', status: 'success', dataKey, error: '' },
    ],
    errors: [],
  } satisfies HandshakeResponse)
  assert.equal(text(encodeHandshakeResponse(response)), sent)
})

test('an action that the client did not carry out counts as failed, also by its faulty status 0', () => {
  const answer = (action: object) =>
    decodeHandshakeResponse(bytes({ ClientVersion: '1.2.677.0', ProcessedClientActions: [action], Errors: ['no'] }))

  assert.equal(answer({ ActionType: 'Dance', ActionStatus: 0, ActionResult: 3 }).actions[0]?.status, 'failed')
  assert.equal(answer({ ActionType: 'KMSEncryption', ActionStatus: 2, Error: 'no' }).actions[0]?.status, 'failed')
  assert.equal(answer({ ActionType: 'Dance', ActionStatus: 3 }).actions[0]?.status, 'unsupported')
  assert.throws(() => answer({ ActionType: 'KMSEncryption', ActionStatus: 1, ActionResult: null }), MessageError)
  assert.throws(
    () => answer({ ActionType: 'KMSEncryption', ActionStatus: 1, ActionResult: { KMSCipherTextKey: '!' } }),
    MessageError,
  )
})

test('the end of the handshake may have taken more nanoseconds than 32 bits hold', () => {
  const complete = { tookNanoseconds: 14_999_999_999, customerMessage: 'This session is recorded.' }
  assert.deepEqual(decodeHandshakeComplete(encodeHandshakeComplete(complete)), complete)
})

test('a challenge is what it was, and never anything but base64', () => {
  const sealed = new Uint8Array(92).map((_, at) => at * 7)
  assert.deepEqual(decodeChallenge(encodeChallenge(sealed)), sealed)
  for (const bad of ['{"Challenge":"*"}', '{"Challenge":""}', '{}', `{"Challenge":"${'A'.repeat(8000)}"}`]) {
    assert.throws(() => decodeChallenge(bytes(bad)), MessageError)
  }
})

test('the state of a session is one of two', () => {
  const state = { sessionId, state: 'Terminating' } as const
  assert.deepEqual(decodeSessionState(encodeSessionState(state)), state)
  assert.throws(() => decodeSessionState(bytes({ SessionState: 'Lost', SessionId: sessionId })), MessageError)
})

test('a client is told why its session has ended, and a node is not', () => {
  const closed = { messageId, nodeId, sessionId, createdDate: new Date(5) }
  const { createdDate, ...known } = closed

  const toClient = encodeChannelClosed({ ...closed, output: 'It was idle for 20 minutes.' })

  assert.deepEqual(decodeChannelClosed(toClient), { ...known, output: 'It was idle for 20 minutes.' })
  assert.deepEqual(decodeChannelClosed(encodeChannelClosed(closed)), known)
  assert.equal(text(encodeChannelClosed(closed)).includes('Output'), false)
  assert.equal(createdDate.getTime(), 5)
})

const documentContent = {
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: { runAsEnabled: 'true', s3EncryptionEnabled: '', runAsDefaultUser: 'ops', shellProfile: { linux: 'cd /' } },
}
const content: SessionContent = {
  documentName: 'SSM-SessionManagerRunShell',
  sessionId,
  runAsUser: '',
  ownerArn: 'arn:aws:iam::123456789012:user/admin',
  parameters: { portNumber: '22', commands: ['a', 'b'] },
  documentContent,
}

test('a session that a node is told to begin is the one that was meant', () => {
  const payload = encodeInteractiveShell({ sessionId, content: encodeSessionContent(content) })

  const shell = decodeInteractiveShell(payload)

  assert.equal(shell.sessionId, sessionId)
  assert.deepEqual(decodeSessionContent(shell.content), content)
  assert.equal(JSON.parse(text(payload)).Topic, 'aws.ssm.startSession')
})

test('preferences that older documents hold as text are read', () => {
  const { sessionType, inputs, properties } = readSessionDocument(documentContent)
  assert.deepEqual([sessionType, properties], ['Standard_Stream', {}])
  assert.deepEqual([inputs.runAsEnabled, inputs.s3EncryptionEnabled, inputs.runAsDefaultUser], [true, false, 'ops'])
  assert.deepEqual(inputs.shellProfile, { linux: 'cd /', windows: '' })
})

test('a session document that Amazon’s agent would say nothing about is refused', () => {
  const faults = [
    { schemaVersion: '2.2' },
    { sessionType: 'Shell' },
    { sessionType: undefined },
    { properties: [] },
    { inputs: 'none' },
    { inputs: { cloudWatchStreamingEnabled: 'true' } },
    { inputs: { runAsEnabled: 'perhaps' } },
    { inputs: { runAsEnabled: 1 } },
    { inputs: { shellProfile: { linux: ['a'] } } },
    { inputs: { kmsKeyId: 'k'.repeat(3000) } },
  ]
  for (const fault of faults) {
    assert.throws(() => readSessionDocument({ ...documentContent, ...fault }), MessageError, JSON.stringify(fault))
  }
})

test('bytes that are no message end in a MessageError and nothing else', () => {
  const decoders = [
    decodeAcknowledge,
    decodeChallenge,
    decodeFlag,
    decodeHandshakeComplete,
    decodeHandshakeRequest,
    decodeHandshakeResponse,
    decodeInteractiveShell,
    decodeSessionState,
    decodeSize,
    (payload: Uint8Array) => decodeOpenDataChannel(text(payload)),
    (payload: Uint8Array) => decodeSessionContent(text(payload)),
    (payload: Uint8Array) => readSessionDocument(readPayload(payload, 65_536)),
  ]
  const names = ['AgentVersion', 'ClientVersion', 'RequestedClientActions', 'ProcessedClientActions', 'ActionType']
  const more = ['Errors', 'Content', 'TaskId', 'cols', 'rows', 'Challenge', 'SessionState', 'TokenValue', 'inputs']
  const objects = fc.dictionary(fc.constantFrom(...names, ...more), fc.jsonValue())
  const inputs = fc.oneof(fc.uint8Array(), fc.json().map(bytes), objects.map(bytes))

  fc.assert(
    fc.property(fc.constantFrom(...decoders), inputs, (decode, payload) => {
      try {
        decode(payload)
      } catch (error) {
        assert.ok(error instanceof MessageError, String(error))
      }
    }),
    { numRuns: 500 },
  )
})
