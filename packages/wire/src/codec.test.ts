import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  clientCall,
  codecs,
  decodeErrorResponse,
  decodeResponse,
  EncodeError,
  encodeError,
  errorStatus,
  WireError,
} from './codec.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const sendCommand =
  '{"DocumentName":"AWS-RunShellScript","InstanceIds":["mi-0123456789abcdef0"],"Parameters":{"commands":["echo \\u00e9"]},"TimeoutSeconds":600}'

test('an operation that a service does not have is undefined, whatever its name', () => {
  for (const name of ['Nothing', '', 'toString', '__proto__', 'sendCommand'])
    assert.equal(codecs.ssm.operation(name), undefined, name)
})

test('both prefixes of ec2messages are known', () => {
  assert.deepEqual(codecs.ec2messages.targetPrefixes, [
    'EC2WindowsMessageDeliveryService',
    'AmazonSSMMessageDeliveryService',
  ])
})

test('no prefix of a request, and no change of one byte, throws anything but a WireError', () => {
  const whole = bytesOf(sendCommand)
  const tryDecode = (body: Uint8Array): void => {
    try {
      codecs.ssm.operation('SendCommand')?.decode(body)
    } catch (error) {
      assert.ok(error instanceof WireError, String(error))
    }
  }
  for (let length = 0; length <= whole.length; length++) tryDecode(whole.subarray(0, length))
  fc.assert(fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => tryDecode(whole.with(at, byte))))
})

test('no JSON throws anything but a WireError, for any operation', () => {
  const operations = Object.values(codecs).flatMap((codec) => codec.operationNames.map((name) => codec.operation(name)))
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.json(), (operation, body) => {
      try {
        operation?.decode(bytesOf(body))
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }),
    { numRuns: 300 },
  )
})

test('an answer leaves out what is undefined and writes moments as seconds', () => {
  const output = {
    InstanceInformationList: [
      { InstanceId: 'mi-0123456789abcdef0', LastPingDateTime: new Date(1500), Name: undefined },
    ],
  }
  assert.equal(
    codecs.ssm.operation('DescribeInstanceInformation')?.encode(output, 'r'),
    '{"InstanceInformationList":[{"InstanceId":"mi-0123456789abcdef0","LastPingDateTime":1.5}]}',
  )
})

for (const [what, output, message] of [
  ['a member that there is not', { Command: { Colour: 'red' } }, /^Command has no member Colour$/],
  ['text for a number', { Command: { TargetCount: '5' } }, /^TargetCount wants integer, got a string$/],
  ['no moment', { Command: { RequestedDateTime: new Date(Number.NaN) } }, /^DateTime wants timestamp/],
  ['null', { Command: null }, /^Command wants structure, got null$/],
] as const) {
  test(`an answer with ${what} is a mistake of ours`, () => {
    assert.throws(() => codecs.ssm.operation('SendCommand')?.encode(output, 'r'), { name: 'EncodeError', message })
  })
}

test('an answer that lacks what the model requires is a mistake of ours, in both protocols', () => {
  assert.throws(() => codecs.ssm.operation('RegisterManagedInstance')?.encode({}, 'r'), EncodeError)
  assert.throws(() => codecs.iam.operation('GetUser')?.encode({}, 'r'), /GetUserResponse lacks User/)
  assert.throws(() => codecs.iam.operation('ListUsers')?.encode({ Users: [], Colour: 1 }, 'r'), /no member Colour/)
})

test('an answer of the query protocol is wrapped, and its text escaped', () => {
  const tags = [{ Key: 'a<b', Value: '\u0001&\r"' }]
  assert.equal(
    codecs.iam.operation('ListUserTags')?.encode({ Tags: tags, IsTruncated: false }, 'r-1'),
    '<ListUserTagsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUserTagsResult><Tags><member><Key>a&lt;b</Key>' +
      '<Value>\uFFFD&amp;&#xD;&quot;</Value></member></Tags><IsTruncated>false</IsTruncated></ListUserTagsResult>' +
      '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ListUserTagsResponse>',
  )
})

test('an answer of the query protocol without a result has only its request id', () => {
  assert.equal(
    codecs.iam.operation('DeleteUser')?.encode({}, 'r-1'),
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DeleteUserResponse>',
  )
})

test('a map in the query protocol is entries of key and value', () => {
  const SummaryMap = { Users: 5 }
  assert.match(
    codecs.iam.operation('GetAccountSummary')?.encode({ SummaryMap }, 'r') ?? '',
    /<SummaryMap><entry><key>Users<\/key><value>5<\/value><\/entry><\/SummaryMap>/,
  )
})

test('a channel is created by JSON and answered 201 in XML', () => {
  const create = codecs.ssmmessages.operation('CreateControlChannel')
  assert.deepEqual(create?.decode(bytesOf('{"MessageSchemaVersion":"1.0","RequestId":"r"}')), {
    MessageSchemaVersion: '1.0',
    RequestId: 'r',
  })
  assert.equal(create?.status, 201)
  assert.equal(
    create?.encode({ MessageSchemaVersion: '1.0', TokenValue: 't' }, 'r'),
    '<CreateControlChannelResponse><MessageSchemaVersion>1.0</MessageSchemaVersion><TokenValue>t</TokenValue></CreateControlChannelResponse>',
  )
})

test('the first, nearly empty ping of an agent is accepted', () => {
  const ping =
    '{"AgentName":"amazon-ssm-agent","AgentVersion":"3.2.2303.0","AvailabilityZone":"","InstanceId":"mi-0123456789abcdef0","IPAddress":"","PlatformType":"Linux","SSMConnectionChannel":""}'
  assert.deepEqual(codecs.ssm.operation('UpdateInstanceInformation')?.decode(bytesOf(ping)), JSON.parse(ping))
})

test('secrets are masked for audit, however deep, and nothing else is', () => {
  const input = codecs.ssm.operation('SendCommand')?.decode(bytesOf(sendCommand))
  const redacted = codecs.ssm.operation('SendCommand')?.redact(input)
  assert.deepEqual(redacted, { ...(input as object), Parameters: '***' })

  const output = { AccessKey: { UserName: 'bob', AccessKeyId: 'AKIA', Status: 'Active', SecretAccessKey: 'geheim' } }
  const masked = codecs.iam.operation('CreateAccessKey')?.redactOutput(output)
  assert.deepEqual(masked, { AccessKey: { ...output.AccessKey, SecretAccessKey: '***' } })
})

test('the code of a registration is masked, and its public key is not', () => {
  const input = {
    ActivationCode: 'x'.repeat(20),
    ActivationId: 'a',
    Fingerprint: 'f',
    PublicKey: 'k',
    PublicKeyType: 'Rsa',
  }
  assert.deepEqual(codecs.ssm.operation('RegisterManagedInstance')?.redact(input), { ...input, ActivationCode: '***' })
})

test('codes of MFA devices are masked', () => {
  const shown = { DurationSeconds: 900, SerialNumber: 'arn:aws:iam::123456789012:mfa/bob', TokenCode: '123456' }
  assert.deepEqual(codecs.sts.operation('GetSessionToken')?.redact(shown), { ...shown, TokenCode: '***' })
  const enabled = { UserName: 'bob', AuthenticationCode1: '123456', AuthenticationCode2: '654321' }
  assert.deepEqual(codecs.iam.operation('EnableMFADevice')?.redact(enabled), {
    ...enabled,
    AuthenticationCode1: '***',
    AuthenticationCode2: '***',
  })
})

test('of bytes an audit is told the length', () => {
  const input = { CiphertextBlob: new Uint8Array(100), EncryptionContext: { a: 'b' } }
  assert.deepEqual(codecs.kms.operation('Decrypt')?.redact(input), { ...input, CiphertextBlob: '100 bytes' })
  assert.deepEqual(codecs.kms.operation('Encrypt')?.redact({ KeyId: 'k', Plaintext: new Uint8Array(1) }), {
    KeyId: 'k',
    Plaintext: '***',
  })
})

test('a client reads what the server answers, and the server what a client asks', () => {
  const input = { InstanceId: 'mi-0123456789abcdef0', AgentVersion: '1.0.0' }
  const { headers, body } = clientCall('ssm', 'UpdateInstanceInformation', input)
  assert.deepEqual(headers, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.UpdateInstanceInformation',
  })
  assert.deepEqual(codecs.ssm.operation('UpdateInstanceInformation')?.decode(body), input)

  const answer = bytesOf('{"ActivationList":[{"CreatedDate":1.5}],"NextToken":"n","New":1}')
  assert.deepEqual(decodeResponse('ssm', 'DescribeActivations', answer), {
    ActivationList: [{ CreatedDate: new Date(1500) }],
    NextToken: 'n',
  })
})

test('an error is read with or without its namespace, and rubbish as no code', () => {
  assert.deepEqual(decodeErrorResponse(bytesOf('{"__type":"com.amazonaws.ssm#InvalidDocument","Message":"no"}')), {
    code: 'InvalidDocument',
    message: 'no',
  })
  for (const body of ['', 'null', '<html>', '{"__type":5}'])
    assert.deepEqual(decodeErrorResponse(bytesOf(body)), { code: '', message: '' })
})

test('an error has the status of its model, else of its protocol, else 400', () => {
  assert.deepEqual(errorStatus('ssm', 'InvalidInstanceId'), { status: 400, senderFault: true })
  assert.deepEqual(errorStatus('ssm', 'InternalServerError'), { status: 500, senderFault: false })
  assert.deepEqual(errorStatus('iam', 'NoSuchEntity'), { status: 404, senderFault: true })
  assert.deepEqual(errorStatus('iam', 'ServiceFailure'), { status: 500, senderFault: false })
  assert.deepEqual(errorStatus('ssm', 'AccessDeniedException'), { status: 400, senderFault: true })
  assert.deepEqual(errorStatus('sts', 'AccessDenied'), { status: 403, senderFault: true })
  assert.deepEqual(errorStatus('ssmmessages', 'AccessDeniedException'), { status: 403, senderFault: true })
  assert.deepEqual(errorStatus('ssm', 'toString'), { status: 400, senderFault: true })
})

test('a form that cannot be read has the same status in the error as in the table', () => {
  const decode = () => codecs.iam.operation('GetUser')?.decode(bytesOf('UserName=%'))
  assert.throws(decode, { code: 'MalformedQueryString', status: errorStatus('iam', 'MalformedQueryString').status })
})

test('an error is told in the form of its protocol', () => {
  const error = { code: 'NoSuchEntity', message: 'a < b', status: 404, requestId: 'r', senderFault: true }
  assert.equal(encodeError('json', error).body, '{"__type":"NoSuchEntity","message":"a < b"}')
  assert.equal(
    encodeError('query', error).body,
    '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>a &lt; b</Message></Error><RequestId>r</RequestId></ErrorResponse>',
  )
  assert.match(encodeError('query', { ...error, senderFault: false }).body, /<Type>Receiver<\/Type>/)
})

// Amazon's agent 3.3 falls back to ec2messages when it finds this element.
test('a refused channel does not order the agent to fall back', () => {
  const { body } = encodeError('rest-channel', {
    code: 'AccessDeniedException',
    message: '<AccessDeniedException>',
    status: 403,
    requestId: 'r',
    senderFault: true,
  })
  assert.doesNotMatch(body, /<AccessDeniedException>/)
})
