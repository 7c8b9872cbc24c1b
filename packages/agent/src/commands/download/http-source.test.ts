import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { testCertificate } from '@fairlead/testkit/test-certificate'
import { download, fault } from './testing/download.ts'
import { serveBothWays, serveFiles } from './testing/file-server.ts'

const script = '#!/bin/sh\necho downloaded\n'
const sha256 = createHash('sha256').update(script).digest('hex')
const open = { allowInsecureDownload: true }

test('a file is put where it belongs, whole and for its owner alone, and the next steps find it', async (t) => {
  const agent = await givenAgent(t)
  const files = await serveFiles(t, (_, response) => response.end(script))
  const next = [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand: ['./hello.sh'] } }]

  const end = await download(agent, 'HTTP', { ...open, url: ` ${files.url}/a/hello.sh?x=1 `, sha256 }, { next })

  assert.equal(end.content.documentStatus, 'Success')
  const steps = new Map(agent.server.replies.flatMap(({ content }) => [...content.plugins]))
  const downloads = join(agent.stateDirectory, 'commands', end.commandId, 'downloads')
  assert.equal(steps.get('download')?.standardOutput, `Content downloaded to ${downloads}/`)
  assert.equal(steps.get('run')?.standardOutput, 'downloaded\n')
  assert.equal(statSync(join(downloads, 'hello.sh')).mode & 0o777, 0o700)
})

test('a destination is a file, or a folder when it ends in a slash or is one', async (t) => {
  const agent = await givenAgent(t)
  const files = await serveFiles(t, (_, response) => response.end(script))
  const to = (name: string) => join(agent.stateDirectory, 'to', name)
  mkdirSync(to('folder'), { recursive: true })
  const info = JSON.stringify({ ...open, url: `${files.url}/x.sh` })

  await download(agent, 'HTTP', info, { destinationPath: to('deep/file') })
  await download(agent, 'HTTP', info, { destinationPath: to('new/') })
  await download(agent, 'HTTP', info, { destinationPath: to('folder') })

  for (const name of ['deep/file', 'new/x.sh', 'folder/x.sh']) assert.equal(readFileSync(to(name), 'utf8'), script)
})

test('redirects are followed, and what is found at their end is judged', async (t) => {
  const agent = await givenAgent(t)
  const files = await serveFiles(t, (request, response) => {
    if (request.url === '/end') response.end(script)
    else if (request.url === '/ring') response.writeHead(302, { location: '/ring' }).end()
    else response.writeHead(307, { location: 'end' }).end()
  })
  const target = join(agent.stateDirectory, 'file')

  await download(agent, 'HTTP', { ...open, url: `${files.url}/begin` }, { destinationPath: target })
  const ring = await download(agent, 'HTTP', { ...open, url: `${files.url}/ring` })

  assert.equal(readFileSync(target, 'utf8'), script)
  assert.match(fault(ring), /redirects more than 10 times/)
})

test('what fails leaves the file that was there, and nothing beside it', async (t) => {
  const agent = await givenAgent(t, { downloads: { s3Endpoint: undefined, githubApi: undefined, limitBytes: 1_000 } })
  const files = await serveFiles(t, (request, response) => {
    if (request.url === '/missing') response.writeHead(404).end('no')
    else if (request.url === '/long') response.end('x'.repeat(1_001))
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' }).write('half of it')
      setImmediate(() => response.destroy())
    } else response.end(script)
  })
  const folder = join(agent.stateDirectory, 'to')
  await download(agent, 'HTTP', { ...open, url: files.url }, { destinationPath: join(folder, 'file') })
  const failing: readonly (readonly [object, RegExp])[] = [
    [{ url: `${files.url}/missing` }, /^Failed to download file: Status: 404 Not Found$/],
    [{ url: `${files.url}/long` }, /more of it than this agent downloads/],
    [{ url: `${files.url}/cut` }, /aborted|premature|closed/i],
    [{ url: files.url, sha256: '0'.repeat(64) }, new RegExp(`^Its SHA-256 is ${sha256} and not 0{64}`)],
    [{ url: files.url, sha256: 'abc' }, /not 64 hexadecimal digits/],
    [{ url: files.url, allowInsecureDownload: false }, /^Non secure URL provided and insecure download is not allowed/],
    [{ url: 'file:///etc/passwd' }, /^URL scheme for HTTP resource type is invalid/],
    [{ url: files.url, authMethod: 'Bearer' }, /^Invalid authentication method: Bearer/],
  ]

  for (const [info, reason] of failing) {
    const end = await download(agent, 'HTTP', { ...open, ...info }, { destinationPath: join(folder, 'file') })
    assert.equal(end.content.documentStatus, 'Failed')
    assert.match(fault(end), reason)
  }

  assert.deepEqual(readdirSync(folder), ['file'])
  assert.equal(readFileSync(join(folder, 'file'), 'utf8'), script)
})

test('a relative destination stays among the downloads of the command', async (t) => {
  const agent = await givenAgent(t)
  const files = await serveFiles(t, (_, response) => response.end(script))

  const end = await download(agent, 'HTTP', { ...open, url: files.url }, { destinationPath: '../../../stolen' })

  assert.match(fault(end), /may not hold "\.\."/)
  assert.ok(!existsSync(join(agent.stateDirectory, 'stolen')))
})

test('a password may be a SecureString, and goes to the server that asked for it', async (t) => {
  const agent = await givenAgent(t)
  agent.server.answers.set('GetParameters', ({ Names, WithDecryption }) => {
    assert.equal(WithDecryption, true)
    return { Parameters: [{ Name: (Names as string[])[0], Type: 'SecureString', Value: 'pass word', Version: 1 }] }
  })
  const elsewhere = await serveFiles(t, (request, response) => response.end(request.headers.authorization ?? 'nothing'))
  const files = await serveFiles(t, (request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: elsewhere.url }).end()
    else response.end(request.headers.authorization)
  })
  const target = join(agent.stateDirectory, 'seen')
  const info = { ...open, authMethod: 'Basic', username: 'me', password: '{{ ssm-secure:pw }}' }

  await download(agent, 'HTTP', { ...info, url: files.url }, { destinationPath: target })
  const here = readFileSync(target, 'utf8')
  await download(agent, 'HTTP', { ...info, url: `${files.url}/away` }, { destinationPath: target })

  assert.equal(here, `Basic ${Buffer.from('me:pass word').toString('base64')}`)
  assert.equal(readFileSync(target, 'utf8'), 'nothing')
})

test('a password does not follow a redirect from https to plain http, of the same host and port either', async (t) => {
  const certificate = await testCertificate(t)
  const caFile = join(mkdtempSync(join(tmpdir(), 'fairlead-ca-')), 'ca.pem')
  t.after(() => rmSync(dirname(caFile), { recursive: true, force: true }))
  writeFileSync(caFile, certificate.ca)
  const agent = await givenAgent(t, { caFile })
  const files = await serveBothWays(t, certificate, (request, response) => {
    const plain = `http://${request.headers.host}/plain`
    if (request.url === '/away') response.writeHead(302, { location: plain }).end()
    else if (request.url === '/here') response.writeHead(302, { location: '/there' }).end()
    else response.end(request.headers.authorization ?? 'nothing')
  })
  const target = join(agent.stateDirectory, 'seen')
  const seenAt = async (path: string) => {
    const info = { ...open, authMethod: 'Basic', username: 'me', password: 'pw', url: `${files.url}${path}` }
    assert.equal(fault(await download(agent, 'HTTP', info, { destinationPath: target })), '')
    return readFileSync(target, 'utf8')
  }

  assert.equal(await seenAt('/away'), 'nothing')
  assert.equal(await seenAt('/here'), `Basic ${Buffer.from('me:pw').toString('base64')}`)
})

test('a server that asks for Digest is answered so', async (t) => {
  const agent = await givenAgent(t)
  const files = await serveFiles(t, (request, response) => {
    const { authorization } = request.headers
    if (authorization === undefined) {
      response.writeHead(401, {
        'www-authenticate': 'Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256',
      })
      response.end()
    } else response.end(authorization)
  })
  const target = join(agent.stateDirectory, 'seen')

  const info = { ...open, url: `${files.url}/f?a=b`, authMethod: 'Digest', username: 'me', password: 'pw' }
  await download(agent, 'HTTP', info, { destinationPath: target })

  assert.match(
    readFileSync(target, 'utf8'),
    /^Digest username="me", realm="r", nonce="n", uri="\/f\?a=b", response="[0-9a-f]{64}"/,
  )
})

test('downloads go through the proxy that the environment names', async (t) => {
  const proxy = await serveFiles(t, (_, response) => response.end('by the proxy'))
  const environment = { PATH: '/usr/bin:/bin', http_proxy: proxy.url }
  const agent = await givenAgent(t, { environment })
  const target = join(agent.stateDirectory, 'file')

  await download(agent, 'HTTP', { ...open, url: 'http://files.example/x' }, { destinationPath: target })

  assert.equal(readFileSync(target, 'utf8'), 'by the proxy')
  assert.deepEqual(proxy.asked, ['GET http://files.example/x'])
})

test('a cancel ends a download that hangs', async (t) => {
  const agent = await givenAgent(t)
  const { server } = agent
  const files = await serveFiles(t, (_, response) => void response.writeHead(200).write('a beginning'))
  const inputs = { sourceType: 'HTTP', sourceInfo: { ...open, url: files.url } }
  const mainSteps = [{ action: 'aws:downloadContent', name: 'download', inputs }]
  const commandId = server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps } })
  await server.until('the request', () => files.asked.length === 1, 10_000, 5)

  server.cancelCommand(commandId)

  assert.equal((await server.endOf(commandId)).content.documentStatus, 'Cancelled')
})

test('an agent that is killed while it downloads begins anew', async (t) => {
  const agent = await givenAgent(t)
  const { server, stateDirectory, restart } = agent
  let isReady = false
  const files = await serveFiles(t, (_, response) => {
    if (isReady) response.end(script)
    else response.writeHead(200).write('a beginning')
  })
  const target = join(stateDirectory, 'file')
  const ending = download(agent, 'HTTP', { ...open, url: files.url }, { destinationPath: target })
  await server.until('the request', () => files.asked.length === 1, 10_000, 5)

  isReady = true
  await restart()

  assert.equal((await ending).content.documentStatus, 'Success')
  assert.equal(readFileSync(target, 'utf8'), script)
})
