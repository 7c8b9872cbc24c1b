import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { canonicalRequest, deriveSigningKey, readClaim, stringToSign } from '@fairlead/wire/sigv4'
import { readS3Url } from './s3-location.ts'
import { download, fault } from './testing/download.ts'
import { serveFiles } from './testing/file-server.ts'

const none = { s3Endpoint: undefined, githubApi: undefined, limitBytes: 1_000_000 }

/** A bucket called `bucket`, in pages of two. */
function answerAsS3(
  objects: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '', 'http://s3')
  if (url.pathname !== '/bucket') {
    const content = objects[decodeURIComponent(url.pathname.slice('/bucket/'.length))]
    if (content === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
    else response.end(content)
    return
  }
  const prefix = url.searchParams.get('prefix') ?? ''
  const from = Number(url.searchParams.get('continuation-token') ?? 0)
  const keys = Object.keys(objects).filter((key) => key.startsWith(prefix))
  const page = keys.slice(from, from + 2).map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`)
  const more = keys.length > from + 2
  const next = more ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : ''
  response.end(`<ListBucketResult>${page.join('')}<IsTruncated>${more}</IsTruncated>${next}</ListBucketResult>`)
}

test('an object, or everything below a folder, comes from the S3 of the operator', async (t) => {
  const objects = { 'dir/a b+c.txt': 'one', 'dir/deep/x': 'two', 'dir/': '', 'dir/y': 'three', directory: 'no' }
  const s3 = await serveFiles(t, (request, response) => answerAsS3(objects, request, response))
  const agent = await givenAgent(t, { downloads: { ...none, s3Endpoint: new URL(s3.url) } })
  const to = join(agent.stateDirectory, 'to')

  const file = await download(
    agent,
    'S3',
    { path: 'https://bucket.s3.amazonaws.com/dir/a+b%2Bc.txt' },
    { destinationPath: `${to}/` },
  )
  await download(agent, 'S3', { path: `${s3.url}/bucket/dir` }, { destinationPath: join(to, 'all') })

  assert.equal(fault(file), '')
  assert.equal(readFileSync(join(to, 'a b+c.txt'), 'utf8'), 'one')
  assert.deepEqual(readdirSync(join(to, 'all'), { recursive: true }).sort(), ['a b+c.txt', 'deep', 'deep/x', 'y'])
  assert.equal(readFileSync(join(to, 'all/deep/x'), 'utf8'), 'two')
})

test('the files of a folder come on one connection, or on others when the server breaks it off', async (t) => {
  const objects = { 'dir/a': 'one', 'dir/b': 'two', 'dir/c': 'three' }
  const s3 = await serveFiles(t, (request, response) => answerAsS3(objects, request, response))
  const used = new Set<Socket>()
  const rude = await serveFiles(t, (request, response) => {
    if (used.has(request.socket)) return request.socket.destroy()
    used.add(request.socket)
    return answerAsS3(objects, request, response)
  })

  for (const server of [s3, rude]) {
    const agent = await givenAgent(t, { downloads: { ...none, s3Endpoint: new URL(server.url) } })
    const to = join(agent.stateDirectory, 'to')
    assert.equal(fault(await download(agent, 'S3', { path: 's3://bucket/dir/' }, { destinationPath: to })), '')
    assert.deepEqual(readdirSync(to), ['a', 'b', 'c'])
  }

  assert.equal(s3.connections.length, 1)
  assert.equal(rude.connections.length, 5)
})

test('a listing that never ends, and has nothing in it, is given up', async (t) => {
  const s3 = await serveFiles(t, (_, response) =>
    response.end('<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>'),
  )
  const agent = await givenAgent(t, { downloads: { ...none, s3Endpoint: new URL(s3.url) } })

  const end = await download(agent, 'S3', { path: 's3://bucket/dir' })

  assert.equal(fault(end), 'S3 lists dir/ in more than 200 pages.')
  assert.equal(s3.asked.length, 200)
})

test('a key that leads out of the folder is refused before anything is downloaded', async (t) => {
  const objects = { 'dir/a': 'one', 'dir/../../out': 'two' }
  const s3 = await serveFiles(t, (request, response) => answerAsS3(objects, request, response))
  const agent = await givenAgent(t, { downloads: { ...none, s3Endpoint: new URL(s3.url) } })
  const to = join(agent.stateDirectory, 'to')

  const end = await download(agent, 'S3', { path: 's3://bucket/dir/' }, { destinationPath: to })

  assert.match(fault(end), /is not a name for a file of a download/)
  assert.ok(!existsSync(join(to, 'a')))
})

test('requests are signed with the keys of the agent, and go without when there are none', async (t) => {
  const [accessKeyId, secretAccessKey] = ['AKIAEXAMPLE', 'a secret']
  const seen: string[] = []
  const s3 = await serveFiles(t, (request, response) => {
    seen.push(whoSigned(request, secretAccessKey))
    answerAsS3({ 'x y': 'content' }, request, response)
  })
  const path = `${s3.url}/bucket/x%20y`
  const downloads = { ...none, s3Endpoint: new URL(s3.url) }
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }

  assert.equal(fault(await download(await givenAgent(t, { downloads, environment: keys }), 'S3', { path })), '')
  assert.equal(fault(await download(await givenAgent(t, { downloads }), 'S3', { path })), '')

  assert.deepEqual(seen, [accessKeyId, accessKeyId, 'nobody', 'nobody'])
})

test('what S3 refuses is told with its code, and a URL of somebody else is none of S3', async (t) => {
  const s3 = await serveFiles(t, (_, response) =>
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  )
  const agent = await givenAgent(t, { downloads: { ...none, s3Endpoint: new URL(s3.url) } })

  const refused = await download(agent, 'S3', { path: 's3://bucket/x' })
  const elsewhere = await download(agent, 'S3', { path: 'https://files.example/bucket/x' })

  assert.equal(fault(refused), 'S3 refused bucket: AccessDenied (403, asked without credentials)')
  assert.match(fault(elsewhere), /^invalid S3 path parameter/)
})

const endpoint = new URL('https://store.example:9000')
const urls: readonly (readonly [string, object | undefined])[] = [
  ['https://s3.amazonaws.com/b-1/k/l', { bucket: 'b-1', key: 'k/l', region: undefined }],
  ['https://s3.eu-west-1.amazonaws.com/b-1', { bucket: 'b-1', key: '', region: 'eu-west-1' }],
  ['https://my.b.s3-us-west-2.amazonaws.com/k', { bucket: 'my.b', key: 'k', region: 'us-west-2' }],
  ['https://b-1.s3.dualstack.cn-north-1.amazonaws.com.cn/', { bucket: 'b-1', key: '', region: 'cn-north-1' }],
  ['https://store.example:9000/b-1/k/', { bucket: 'b-1', key: 'k/', region: undefined }],
  ['https://b-1.store.example:9000/k', { bucket: 'b-1', key: 'k', region: undefined }],
  ['https://store.example/b-1/k', undefined],
  ['https://s3.amazonaws.com.evil.example/b-1/k', undefined],
  ['ftp://s3.amazonaws.com/b-1/k', undefined],
  ['https://s3.amazonaws.com/b/k', undefined],
  ['https://s3.amazonaws.com/b-1/%ff', undefined],
  ['no url', undefined],
]

for (const [url, location] of urls) {
  test(`${url} is ${location === undefined ? 'nothing' : 'something'} of S3`, () => {
    assert.deepEqual(readS3Url(url, endpoint), location)
  })
}

function whoSigned({ method = '', url = '', rawHeaders, headers }: IncomingMessage, secret: string): string {
  const raw = { method, target: url, rawHeaders }
  if (headers.authorization === undefined) return 'nobody'
  const claim = readClaim(raw)
  if (claim === undefined) return 'nobody'
  const rules = { normalizePath: false, encodePathTwice: false }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = canonicalRequest(raw, claim, String(headers['x-amz-content-sha256']), rules)
  const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const key = deriveSigningKey(hmac, secret, claim)
  const signature = hmac(key, stringToSign(claim, sha256(canonical))).toString('hex')
  return signature === claim.signature ? claim.accessKeyId : 'somebody else'
}
