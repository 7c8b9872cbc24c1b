import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { NodeMachine } from '@fairlead/testkit/node-machine'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** A server that is asked by root in words of the test's own. */
async function asked(t: TestContext) {
  const server = await given(t)
  const { root } = server
  const json = async (target: string, body: string, service = 'ssm') => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }
    const { status, body: answer } = await root.send({ service, headers, body: Buffer.from(body) })
    const { __type = '', message = '', ...rest } = JSON.parse(answer.toString()) as Record<string, string>
    return { status, code: __type, message, rest }
  }
  const query = async (body: string | Uint8Array, service = 'iam') => {
    const { status, body: answer } = await root.send({ service, headers: form, body: Buffer.from(body) })
    const xml = answer.toString()
    return { status, code: /<Code>([^<]*)/.exec(xml)?.[1] ?? '', message: /<Message>([^<]*)/.exec(xml)?.[1] ?? '', xml }
  }
  return { ...server, given: server, json, query }
}

// AWS's JSON and query services read what their model names and nothing else, so that newer clients can speak to them.
test('members that no model knows are ignored, outside and inside, in both protocols', async (t) => {
  const { json, query } = await asked(t)
  const unknown = '"NoSuchMember":{"a":[1]},"__proto__":{"MaxResults":"x"},"constructor":1'
  const filters = `"Filters":[{"Key":"PingStatus","Values":["Online"],${unknown}}]`

  const described = await json('AmazonSSM.DescribeInstanceInformation', `{${unknown},${filters}}`)
  assert.deepEqual([described.status, described.rest], [200, { InstanceInformationList: [] }])

  const created = await query(
    'Action=CreateUser&Version=2010-05-08&UserName=alice&NoSuchMember=1&UserName.member.1=bob&__proto__=1&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.1.NoSuchMember=2',
  )
  assert.equal(created.status, 200)
  assert.match(created.xml, /<UserName>alice<\/UserName>/)
  assert.doesNotMatch(created.xml, /NoSuchMember|bob/)
})

test('each service names an operation that it does not have as unknown, in its own words', async (t) => {
  const { json, query, given: server } = await asked(t)
  for (const [target, service] of [
    ['AmazonSSM.NoSuchThing', 'ssm'],
    ['AmazonSSMMessageDeliveryService.NoSuchThing', 'ec2messages'],
    ['NoSuchService.ListCommands', 'ssm'],
    ['ListCommands', 'ssm'],
    ['AmazonSSM.', 'ssm'],
  ] as const) {
    const { status, code } = await json(target, '{}', service)
    assert.deepEqual([status, code], [400, 'UnknownOperationException'], target)
  }
  for (const [service, version] of [
    ['iam', '2010-05-08'],
    ['sts', '2011-06-15'],
  ] as const) {
    const { status, code } = await query(`Action=NoSuchThing&Version=${version}`, service)
    assert.deepEqual([status, code], [400, 'InvalidAction'], service)
  }
  const client = await (await NodeMachine.register(server)).client()
  for (const target of ['/v1/no-such-channel/mi-0', '/v2/control-channel/mi-0', '/', '/v1', '/v1/constructor/mi-0']) {
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await client.send({ service: 'ssmmessages', target, headers, body: Buffer.from('{}') })
    assert.deepEqual([status, /<Code>([^<]*)/.exec(body.toString())?.[1]], [404, 'UnknownOperationException'], target)
  }
})

test('what is too long, too many, out of its pattern or of another type does not get to an operation', async (t) => {
  const { json, query, root } = await asked(t)
  const send = (input: object) =>
    json('AmazonSSM.SendCommand', JSON.stringify({ DocumentName: 'AWS-RunShellScript', ...input }))
  const manyIds = Array.from({ length: 51 }, (_, index) => `mi-${String(index).padStart(17, '0')}`)
  const invalid = [
    [
      { Comment: 'x'.repeat(101) },
      /'comment' failed to satisfy constraint: Member must have length less than or equal to 100/,
    ],
    [
      { InstanceIds: manyIds },
      /'instanceIds' failed to satisfy constraint: Member must have length less than or equal to 50/,
    ],
    [
      { DocumentName: 'no spaces' },
      /'documentName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [
      { TimeoutSeconds: 29 },
      /'timeoutSeconds' failed to satisfy constraint: Member must have value greater than or equal to 30/,
    ],
    [
      { DocumentHashType: 'Sha512' },
      /'documentHashType' failed to satisfy constraint: Member must satisfy enum value set/,
    ],
  ] as const
  for (const [input, words] of invalid) {
    const { status, code, message } = await send(input)
    assert.deepEqual([status, code], [400, 'ValidationException'], JSON.stringify(input))
    assert.match(message, words)
  }
  for (const input of [{ InstanceIds: 'mi-0' }, { Comment: 1 }, { TimeoutSeconds: '30' }, { Parameters: [] }]) {
    const { status, code } = await send(input)
    assert.deepEqual([status, code], [400, 'SerializationException'], JSON.stringify(input))
  }
  assert.deepEqual((await root.call('ssm', 'ListCommands', {})).Commands, [])

  for (const [name, words] of [
    ['x'.repeat(65), /length less than or equal to 64/],
    ['no spaces', /regular expression pattern/],
  ] as const) {
    const { status, code, message } = await query(
      `Action=CreateUser&Version=2010-05-08&UserName=${encodeURIComponent(name)}`,
    )
    assert.deepEqual([status, code], [400, 'ValidationError'], name)
    assert.match(message, words)
  }
  const manyTags = Array.from(
    { length: 51 },
    (_, at) => `Tags.member.${at + 1}.Key=k${at}&Tags.member.${at + 1}.Value=v`,
  )
  const tooMany = await query(`Action=CreateUser&Version=2010-05-08&UserName=alice&${manyTags.join('&')}`)
  assert.equal(tooMany.status, 400)
  assert.match(tooMany.message, /less than or equal to 50/)
  assert.doesNotMatch(await root.query('iam', 'ListUsers', {}), /alice/)
})

test('a form that is none, nests too deeply or is too long is refused in words of its protocol', async (t) => {
  const { query, root } = await asked(t)
  const create = 'Action=CreateUser&Version=2010-05-08&UserName='
  const refused = [
    [`${create}%E0%A4%A`, '404 MalformedQueryString'],
    [Buffer.concat([Buffer.from(create), Buffer.from([0xff, 0xfe])]), '404 MalformedQueryString'],
    [`${create}alice&${'Tags.member.1.'.repeat(200)}Key=a`, '404 MalformedQueryString'],
    [`${create}alice&${'a&'.repeat(20_000)}`, '404 MalformedQueryString'],
    [`${create}alice&Tags.member.99999999999.Key=a`, '400 MalformedInput'],
    [`${create}${'a'.repeat(1024 * 1024)}`, '413 RequestEntityTooLarge'],
  ] as const
  for (const [body, wanted] of refused) {
    const { status, code } = await query(body)
    assert.equal(`${status} ${code}`, wanted, body.toString().slice(0, 100))
  }
  assert.doesNotMatch(await root.query('iam', 'ListUsers', {}), /<UserName>/)
})

test('the audit keeps a bounded part of what callers say of themselves and of what they are told', async (t) => {
  const { root, dataDir, given: server } = await asked(t)
  const name = 'n'.repeat(50_000)
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.ListCommands',
    'user-agent': 'u'.repeat(10_000),
  }
  await root.send({ service: 'ssm', headers, body: Buffer.from(JSON.stringify({ CommandId: name })) })
  await server.stop()

  const [file = ''] = readdirSync(join(dataDir, 'audit'))
  const lines = readFileSync(join(dataDir, 'audit', file), 'utf8')
    .trim()
    .split('\n')
  const { userAgent, errorMessage } = JSON.parse(lines.at(-1) ?? '') as { userAgent: string; errorMessage: string }
  assert.equal(userAgent, 'u'.repeat(256))
  assert.ok(errorMessage.length > 0 && errorMessage.length <= 1024, `${errorMessage.length} characters`)
})

test('the keys of a session are good for as long as the session lasts, and are then called expired', async (t) => {
  const clock = new ManualClock()
  const server = await given(t, { clock })
  const node = await NodeMachine.register(server, { now: () => clock.now() })
  const client = await node.client()
  const ask = () => client.call('ssm', 'ListInstanceAssociations', { InstanceId: node.nodeId })

  clock.advance(59 * 60_000)
  await ask()
  clock.advance(61_000)
  await assert.rejects(ask(), { code: 'ExpiredTokenException', status: 400 })
  await assert.rejects(client.query('sts', 'GetCallerIdentity', {}), { code: 'ExpiredToken', status: 403 })
})
