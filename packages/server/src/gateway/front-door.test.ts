import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { RawAnswer } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'

// One server for all but the tests of its audit, which read all that was written there.
const shared = await given({ after })
const minute = 60_000
const json = { 'content-type': 'application/x-amz-json-1.1' }
const describe = { ...json, 'x-amz-target': 'AmazonSSM.DescribeInstanceInformation' }
const body = (text: string) => Buffer.from(text)

function refusalOf(answer: RawAnswer): { status: number; code: string; message: string } {
  const { __type, message, Message } = JSON.parse(answer.body.toString()) as Record<string, string>
  return { status: answer.status, code: __type ?? '', message: message ?? Message ?? '' }
}

async function codeOf(asked: Promise<RawAnswer>): Promise<string> {
  const { status, code } = refusalOf(await asked)
  return `${status} ${code}`
}

test('a request without a signature is told that its token is missing', async () => {
  const { client } = shared

  const answer = client(undefined).send({ service: 'ssm', headers: describe, body: body('{}') })

  assert.equal(await codeOf(answer), '400 MissingAuthenticationTokenException')
})

test('an access key that nobody has is not recognised, whatever its signature', async () => {
  const { client } = shared
  const stranger = client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' })

  const answer = stranger.send({ service: 'ssm', headers: describe, body: body('{}') })

  assert.deepEqual(refusalOf(await answer), {
    status: 400,
    code: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  })
})

test('a signature by another secret does not match', async () => {
  const { client, rootCredentials } = shared
  const forger = client({ ...rootCredentials, secretAccessKey: 'not the secret' })

  assert.equal(
    await codeOf(forger.send({ service: 'ssm', headers: describe, body: body('{}') })),
    '400 InvalidSignatureException',
  )
})

test('a body that was changed after signing does not match, also when its claimed hash was kept', async () => {
  const { root, url, rootCredentials, client } = shared
  assert.ok(root && url && rootCredentials)
  const signedElsewhere = client(rootCredentials).send({
    service: 'ssm',
    headers: describe,
    body: body('{}'),
    afterSigning: { 'x-amz-target': 'AmazonSSM.DescribeActivations' },
  })

  assert.equal(await codeOf(signedElsewhere), '400 InvalidSignatureException')
})

test('a signature is good for fifteen minutes either way and no longer', async () => {
  const { root } = shared
  const signed = (offset: number) =>
    root.send({ service: 'ssm', headers: describe, body: body('{}'), signedAt: new Date(Date.now() + offset) })

  assert.equal((await signed(-14 * minute)).status, 200)
  assert.equal((await signed(14 * minute)).status, 200)
  const old = refusalOf(await signed(-16 * minute))
  assert.equal(old.code, 'InvalidSignatureException')
  assert.match(old.message, /^Signature expired: \d{8}T\d{6}Z is now earlier than /)
  const early = refusalOf(await signed(16 * minute))
  assert.match(early.message, /^Signature not yet current: /)
})

test('a signature for another service or region is refused', async () => {
  const { root } = shared

  const answer = refusalOf(await root.send({ service: 'logs', headers: describe, body: body('{}') }))

  assert.equal(answer.code, 'InvalidSignatureException')
  assert.match(answer.message, /correct service: 'ssm'/)
})

test('a session token of another key, or a made-up one, is not recognised', async () => {
  const { client, rootCredentials } = shared
  for (const sessionToken of ['made up', 'A'.repeat(3000), '']) {
    const caller = client({ ...rootCredentials, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken })
    const code = await codeOf(caller.send({ service: 'ssm', headers: describe, body: body('{}') }))
    assert.match(code, /^400 (UnrecognizedClient|InvalidSignature|IncompleteSignature)Exception$/)
  }
})

test('two Authorization headers, or a signature in header and query at once, are refused', async () => {
  const { root } = shared

  const twice = root.send({
    service: 'ssm',
    headers: describe,
    body: body('{}'),
    target: '/?X-Amz-Signature=00&X-Amz-Algorithm=AWS4-HMAC-SHA256',
  })

  assert.equal(await codeOf(twice), '400 IncompleteSignatureException')
})

test('bodies that are no JSON object are serialization errors', async () => {
  const { root } = shared
  for (const text of ['', 'not json', '[]', '"text"', '{"MaxResults":', '{"MaxResults":"ten"}', '\u0000']) {
    const answer = root.send({ service: 'ssm', headers: describe, body: body(text) })
    if (text === '') continue
    assert.equal(await codeOf(answer), '400 SerializationException', JSON.stringify(text))
  }
})

test('a body that nests too deeply, or is too long, does not reach an operation', async () => {
  const { root } = shared
  const deep = `{"Filters":${'['.repeat(100_000)}`

  assert.equal(
    await codeOf(root.send({ service: 'ssm', headers: describe, body: body(deep) })),
    '400 SerializationException',
  )
  const long = await root.send({ service: 'ssm', headers: describe, body: Buffer.alloc(1024 * 1024 + 1, 0x20) })
  assert.equal(refusalOf(long).code, 'RequestEntityTooLargeException')
})

test('an operation that is not served says so and is no empty success', async () => {
  const { root } = shared
  const ask = (target: string) =>
    codeOf(root.send({ service: 'ssm', headers: { ...json, 'x-amz-target': target }, body: body('{}') }))

  assert.equal(await ask('AmazonSSM.StartAutomationExecution'), '400 UnknownOperationException')
  assert.equal(await ask('AmazonSSM.NoSuchThing'), '400 UnknownOperationException')
  assert.equal(await ask('TrentService.Decrypt'), '400 UnknownOperationException')
  assert.equal(await ask('AmazonSSM.__proto__'), '400 UnknownOperationException')
  assert.equal(await ask('AmazonSSM.ListCommands.more'), '400 UnknownOperationException')
})

test('the query protocol has its own words for the same refusals', async () => {
  const { root, client } = shared
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const ask = async (caller: typeof root, text: string, service = 'iam') => {
    const { status, body: xml } = await caller.send({ service, headers: form, body: body(text) })
    return `${status} ${/<Code>([^<]*)/.exec(xml.toString())?.[1]}`
  }
  const stranger = client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' })

  assert.equal(await ask(stranger, 'Action=ListUsers&Version=2010-05-08'), '403 InvalidClientTokenId')
  assert.equal(await ask(root, 'Action=NoSuchThing&Version=2010-05-08'), '400 InvalidAction')
  assert.equal(await ask(root, 'Version=2010-05-08'), '400 InvalidAction')
})

test('every answer carries a request id, and no two the same', async () => {
  const { root } = shared

  const ids = new Set<unknown>()
  for (let asked = 0; asked < 3; asked++) {
    ids.add((await root.send({ service: 'ssm', headers: describe, body: body('{}') })).headers['x-amzn-requestid'])
  }

  assert.equal(ids.size, 3)
  assert.ok(!ids.has(undefined))
})

test('a refusal carries its request id once', async () => {
  const { client } = shared

  const { headers } = await client(undefined).send({ service: 'ssm', headers: describe, body: body('{}') })

  assert.match(String(headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/)
})

test('a caller who goes away within its body is noted as gone, not as a fault of ours', async (t) => {
  const { url, dataDir } = await given(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{', () => socket.destroy())

  const folder = join(dataDir, 'audit')
  const line = await eventually(() => {
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))[0]
    return text?.endsWith('\n') ? text : undefined
  }, 'the audit has a line')

  assert.equal((JSON.parse(line) as { errorCode?: string }).errorCode, 'RequestAbortedException')
})

test('health is open, metrics are for who shows the token', async () => {
  const { client, dataDir } = shared
  const get = (target: string, headers = {}) =>
    client(undefined).send({ service: 'ssm', method: 'GET', target, headers, body: body('') })

  assert.equal((await get('/healthz')).status, 200)
  assert.equal((await get('/metrics')).status, 401)
  assert.equal((await get('/metrics', { authorization: 'Bearer wrong' })).status, 401)
  const token = readFileSync(join(dataDir, 'metrics-token'), 'utf8').trim()
  const metrics = await get('/metrics', { authorization: `Bearer ${token}` })
  assert.match(metrics.body.toString(), /^# TYPE fairlead_control_channels gauge$/m)
})

test('an absolute-form target is refused', async () => {
  const { url } = shared
  const { port } = new URL(url)

  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    let text = ''
    socket.on('data', (part) => {
      text += part.toString()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.end(
      'POST http://elsewhere/ HTTP/1.1\r\nHost: elsewhere\r\nX-Amz-Target: AmazonSSM.ListCommands\r\n' +
        'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=00\r\n' +
        'Content-Length: 2\r\nConnection: close\r\n\r\n{}',
    )
  })

  assert.match(answer, /^HTTP\/1\.1 400 /)
})

test('an access key that was just made inactive or deleted is refused at the next request', async () => {
  const { root, user } = shared
  const alice = await user('alice', [])
  const keys = await root.query('iam', 'ListAccessKeys', { UserName: 'alice' })
  const id = /<AccessKeyId>([^<]*)/.exec(keys)?.[1] ?? ''
  await alice.query('sts', 'GetCallerIdentity', {})

  await root.query('iam', 'UpdateAccessKey', { UserName: 'alice', AccessKeyId: id, Status: 'Inactive' })
  await assert.rejects(alice.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })

  await root.query('iam', 'UpdateAccessKey', { UserName: 'alice', AccessKeyId: id, Status: 'Active' })
  await alice.query('sts', 'GetCallerIdentity', {})
  await root.query('iam', 'DeleteAccessKey', { UserName: 'alice', AccessKeyId: id })
  await assert.rejects(alice.query('sts', 'GetCallerIdentity', {}), { code: 'InvalidClientTokenId' })
})

test('the audit has a line for every request, with what was refused and why', async (t) => {
  const { root, dataDir, stop, user } = await given(t)
  const alice = await user('alice', [])
  await assert.rejects(alice.query('iam', 'ListUsers', {}))
  await root.query('sts', 'GetCallerIdentity', {})
  await stop()

  const day = new Date().toISOString().slice(0, 10)
  const lines = readFileSync(join(dataDir, 'audit', `${day}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { eventName: string; errorCode?: string; userIdentity: { arn: string } })
  const refused = lines.find(({ eventName, errorCode }) => eventName === 'ListUsers' && errorCode === 'AccessDenied')
  assert.equal(refused?.userIdentity.arn, 'arn:aws:iam::123456789012:user/alice')
  assert.ok(lines.some(({ eventName }) => eventName === 'GetCallerIdentity'))
  assert.ok(!readFileSync(join(dataDir, 'audit', `${day}.jsonl`), 'utf8').includes('SecretAccessKey'))
})
