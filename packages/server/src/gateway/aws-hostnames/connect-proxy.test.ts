import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type Given, given } from '@fairlead/testkit/given'

const names = [
  'ssm.us-east-1.amazonaws.com',
  'ssmmessages.us-east-1.amazonaws.com',
  'ec2messages.us-east-1.amazonaws.com',
  'kms.us-east-1.amazonaws.com',
  'sts.us-east-1.amazonaws.com',
  'resource-groups.us-east-1.amazonaws.com',
  'iam.amazonaws.com',
  'sts.amazonaws.com',
]

async function dial(t: TestContext, url: string, ca: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url)
  const to = { host: hostname, port: Number(port) }
  const socket = protocol === 'https:' ? connectTls({ ...to, ca, servername: 'localhost' }) : connect(to)
  t.after(() => socket.destroy())
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', resolve))
  return socket
}

/** The head of what is answered to a CONNECT, and all of it when the connection is closed at once. */
async function connectTo(socket: Socket, authority: string): Promise<string> {
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  return await readUntil(socket, (text) => text.startsWith('HTTP/1.1 200') && text.includes('\r\n\r\n'))
}

function readUntil(socket: Socket, isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const settle = () => {
      socket.off('data', read).off('close', settle)
      resolve(text)
    }
    const read = (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (isEnough(text)) settle()
    }
    socket.on('data', read).once('close', settle)
  })
}

async function secured(socket: Socket, servername: string, ca: string): Promise<TLSSocket> {
  const inner = connectTls({ socket, servername, ca })
  await new Promise<void>((resolve, reject) => inner.once('secureConnect', resolve).once('error', reject))
  return inner
}

const caOf = ({ server }: Given) => readFileSync(server.caFile ?? '', 'utf8')
const ask = (socket: Socket, path: string, host: string) => {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return readUntil(socket, (text) => text.includes('\r\n\r\n') && !text.endsWith('\r\n\r\n'))
}

test('every name of AWS’s that is served is answered under, through the proxy of either listener', async (t) => {
  const server = await given(t, { awsHostnames: true, secure: true })
  const ca = caOf(server)
  for (const url of server.server.urls) {
    for (const name of names) {
      const socket = await dial(t, url, ca)
      assert.match(await connectTo(socket, `${name}:443`), /^HTTP\/1\.1 200 Connection Established\r\n\r\n$/)
      const inner = await secured(socket, name, ca)
      assert.match(await ask(inner, '/healthz', name), /ready/)
      // What neither a signature nor a target tells, the name does: each service has its own way to refuse.
      assert.match(
        await ask(inner, '/', name),
        name.startsWith('iam') || name.startsWith('sts') ? /xml/ : /amz-json|xml|x-amzn-ErrorType/,
      )
    }
  }
})

test('nothing else is led to, and whoever asks is told so in words', async (t) => {
  const server = await given(t, { awsHostnames: true })
  const others = [
    'example.com:443',
    '127.0.0.1:443',
    's3.us-east-1.amazonaws.com:443',
    'ssm.eu-west-1.amazonaws.com:443',
    'ssm.us-east-1.amazonaws.com:80',
    'ssm.us-east-1.amazonaws.com',
    'ssm.us-east-1.amazonaws.com.example.com:443',
    'x.ssm.us-east-1.amazonaws.com:443',
    'ssm.us-east-1.amazonaws.com:443:443',
    'ssm.us-east-1.amazonaws.com.:443',
  ]
  for (const other of others) {
    const answer = await connectTo(await dial(t, server.url, ''), other)
    assert.match(answer, /^HTTP\/1\.1 403 Forbidden\r\n/, other)
    assert.match(answer, /leads to Fairlead, under these names, and nowhere else:\n {2}ssm\.us-east-1/, other)
  }
  const odd = await dial(t, server.url, '')
  assert.match(await connectTo(odd, 'SSM.us-east-1.AmazonAWS.com:443'), /^HTTP\/1\.1 200/)
  odd.destroy()
})

test('an address that is a proxy alone leads to the names, and takes no request in the clear', async (t) => {
  const server = await given(t, { awsHostnames: true, hasProxy: true })
  const [url = ''] = server.server.proxyUrls
  const [name = ''] = names
  assert.deepEqual(server.server.urls, [server.url])
  for (const path of ['/', '/healthz', '/metrics']) {
    assert.match(await ask(await dial(t, url, ''), path, name), /^HTTP\/1\.1 403 .*takes CONNECT and nothing else/s)
  }
  const upgrade = await dial(t, url, '')
  upgrade.write(
    'GET /v1/data-channel/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  assert.doesNotMatch(await readUntil(upgrade, (text) => text.includes('\r\n\r\n')), /101/)

  const socket = await dial(t, url, '')
  assert.match(await connectTo(socket, `${name}:443`), /^HTTP\/1\.1 200/)
  assert.match(await ask(await secured(socket, name, caOf(server)), '/healthz', name), /ready/)
})

test('a client that does not wait for the proxy’s answer is heard all the same', async (t) => {
  const server = await given(t, { awsHostnames: true })
  const [name = ''] = names
  const socket = await dial(t, server.url, '')
  const hello = await helloOf(name)
  socket.cork()
  socket.write(`CONNECT ${name}:443 HTTP/1.1\r\nHost: ${name}\r\n\r\n`)
  socket.write(hello)
  socket.uncork()
  // After the proxy's answer, the beginning of a handshake record: the server's hello.
  const answered = await readUntil(socket, (text) => text.includes('\r\n\r\n\x16\x03'))
  assert.match(answered, /^HTTP\/1\.1 200/)
  socket.destroy()
})

test('connections through the proxy count, and one too many is told so', async (t) => {
  const server = await given(t, { awsHostnames: true, maxConnections: 2 })
  const [name = ''] = names
  const open = [await dial(t, server.url, ''), await dial(t, server.url, '')]
  for (const socket of open) assert.match(await connectTo(socket, `${name}:443`), /^HTTP\/1\.1 200/)

  assert.match(await connectTo(await dial(t, server.url, ''), `${name}:443`), /^HTTP\/1\.1 503 .*Too many connections/s)
  for (const socket of open) socket.destroy()
})

test('without the option there is no proxy, and no certificate in AWS’s name', async (t) => {
  const server = await given(t, { secure: true })

  assert.equal(await connectTo(await dial(t, server.url, ''), 'ssm.us-east-1.amazonaws.com:443'), '')
  assert.equal(existsSync(join(server.dataDir, 'tls', 'aws-hostnames.pem')), false)
  const own = new X509Certificate(readFileSync(join(server.dataDir, 'tls', 'server.pem')))
  assert.doesNotMatch(own.subjectAltName ?? '', /amazonaws/)
})

test('the certificate names AWS’s hosts alone, and a https listener shows it to those who ask for them', async (t) => {
  const server = await given(t, { awsHostnames: true, secure: true })
  const ca = caOf(server)
  const made = new X509Certificate(readFileSync(join(server.dataDir, 'tls', 'aws-hostnames.pem')))
  assert.equal(made.subjectAltName, names.map((name) => `DNS:${name}`).join(', '))

  const { port } = new URL(server.server.urls[1] ?? '')
  const direct = connectTls({ host: '127.0.0.1', port: Number(port), servername: 'kms.us-east-1.amazonaws.com', ca })
  await new Promise<void>((resolve, reject) => direct.once('secureConnect', resolve).once('error', reject))
  direct.destroy()
})

test('a server that stops does not wait for connections through its proxy on which nothing runs', async (t) => {
  const server = await given(t, { awsHostnames: true })
  const [name = ''] = names
  const socket = await dial(t, server.url, '')
  await connectTo(socket, `${name}:443`)
  const inner = await secured(socket, name, caOf(server))
  assert.match(await ask(inner, '/healthz', name), /ready/)

  const begun = performance.now()
  await server.stop()
  assert.ok(performance.now() - begun < 1_500)
})

/** The first message of a TLS handshake, as Node's client writes it. */
async function helloOf(servername: string): Promise<Buffer> {
  const [near, far] = duplexPair()
  const client = connectTls({ socket: near, servername }).on('error', () => undefined)
  const [hello] = await once(far, 'data')
  client.destroy()
  return hello as Buffer
}
