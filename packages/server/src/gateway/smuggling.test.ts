import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { given, region } from '@fairlead/testkit/given'
import { within } from '@fairlead/testkit/within'
import { hmacSigner, presign, signRequest } from '@fairlead/wire/sigv4'

// What no client sends, written byte by byte: what was signed and what is done must never be two things.

const { url, rootCredentials } = await given({ after })
const { host, port } = new URL(url)
const body = '{}'
const signing = {
  signer: hmacSigner(rootCredentials, (key, text) => createHmac('sha256', key).update(text).digest()),
  region,
  service: 'ssm',
  sha256: (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex'),
}

type Header = readonly [name: string, value: string]

/** The headers of a ListCommands by root, signed for a host. */
function signed(forHost = host, target = '/', more: readonly Header[] = []): Header[] {
  const headers: Header[] = [
    ['host', forHost],
    ['x-amz-target', 'AmazonSSM.ListCommands'],
    ['content-type', 'application/x-amz-json-1.1'],
    ...more,
  ]
  const added = signRequest({ method: 'POST', target, rawHeaders: headers.flat() }, Buffer.from(body), {
    ...signing,
    now: new Date(),
  })
  for (let at = 0; at + 1 < added.length; at += 2) headers.push([added[at] ?? '', added[at + 1] ?? ''])
  return headers
}

/** Sends these headers as they are; answers status and error code. */
function ask(headers: readonly Header[], target = '/', length: readonly Header[] = [['content-length', '2']]) {
  const lines = [...headers, ...length, ['connection', 'close'] as const].map(([name, value]) => `${name}: ${value}`)
  const answer = new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    const parts: Buffer[] = []
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('close', () => resolve(Buffer.concat(parts).toString()))
    socket.on('error', reject)
    socket.write(`POST ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  })
  return within(
    answer.then((text) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'nothing'
      const code = /"__type":"([^"]*)/.exec(text)?.[1]
      return code === undefined ? status : `${status} ${code}`
    }),
    'an answer to raw bytes',
  )
}

const headerOf = (headers: readonly Header[], name: string) =>
  headers.find(([found]) => found.toLowerCase() === name)?.[1] ?? ''
const changed = (headers: readonly Header[], name: string, value: string): Header[] =>
  headers.map((header) => (header[0].toLowerCase() === name ? [header[0], value] : header))

test('the request that the others are made of is answered', async () => {
  assert.equal(await ask(signed()), '200')
})

test('of two Authorization headers neither is believed, in either order', async () => {
  const headers = signed()
  const forged = headerOf(headers, 'authorization').replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`)
  const rest = headers.filter(([name]) => name.toLowerCase() !== 'authorization')
  const good: Header = ['Authorization', headerOf(headers, 'authorization')]
  const bad: Header = ['Authorization', forged]

  for (const pair of [
    [good, bad],
    [bad, good],
    [good, good],
  ]) {
    assert.equal(await ask([...rest, ...pair]), '400 IncompleteSignatureException')
  }
})

test('a signature over another host is not good for this one', async () => {
  const elsewhere = signed('ssm.us-east-1.amazonaws.com')

  assert.equal(await ask(changed(elsewhere, 'host', host)), '400 InvalidSignatureException')
  assert.equal(await ask(changed(signed(), 'host', 'elsewhere')), '400 InvalidSignatureException')
})

test('a second header of a name that was signed changes what was signed', async () => {
  for (const second of [
    ['X-Amz-Target', 'AmazonSSM.DescribeInstanceInformation'],
    ['X-Amz-Date', '20260101T000000Z'],
    ['Host', 'elsewhere'],
    ['X-Amz-Security-Token', 'some'],
  ] as const) {
    assert.match(await ask([...signed(), second]), /^400/, second[0])
    assert.match(await ask([second, ...signed()]), /^400/, second[0])
  }
})

test('a folded header is refused, or means what was signed', async () => {
  const headers = signed(host, '/', [['x-amz-meta', 'one two']])

  for (const folded of ['one\r\n two', 'one\r\n\ttwo']) {
    assert.match(await ask(changed(headers, 'x-amz-meta', folded)), /^(200|400)/)
  }
  for (const folded of ['one two\r\n three', 'one two\r\n x-amz-target: AmazonSSM.DescribeActivations', 'one\n two']) {
    assert.match(await ask(changed(headers, 'x-amz-meta', folded)), /^400/, JSON.stringify(folded))
  }
  const target = 'AmazonSSM.ListCommands\r\n X'
  assert.match(await ask(changed(signed(), 'x-amz-target', target)), /^400/)
})

test('a signature in the header and one in the query are one too many, also when both are right', async () => {
  const target = presign({ method: 'POST', target: '/', rawHeaders: ['host', host] }, body, {
    ...signing,
    now: new Date(),
    expires: 60,
  })

  assert.equal(await ask(signed(host, target), target), '400 IncompleteSignatureException')
})

test('a header that makes a request a dry run cannot be put in or taken out on the way', async () => {
  const dryRun = ['x-fairlead-dry-run', '1'] as const
  const rehearsal = signed(host, '/', [dryRun])

  // Of ListCommands there is none.
  assert.equal(await ask(rehearsal), '400 ValidationException')
  assert.equal(await ask(rehearsal.filter(([name]) => name !== dryRun[0])), '400 IncompleteSignatureException')
  assert.equal(await ask([...signed(), dryRun]), '400 InvalidSignatureException')
})

test('a body whose length is told twice or in two ways does not get in', async () => {
  for (const length of [
    [
      ['content-length', '2'],
      ['content-length', '3'],
    ],
    [
      ['content-length', '2'],
      ['transfer-encoding', 'chunked'],
    ],
    [['content-length', '+2']],
    [['transfer-encoding', 'chunked, identity']],
  ] as const) {
    assert.match(await ask(signed(), '/', length), /^400/, JSON.stringify(length))
  }
})
