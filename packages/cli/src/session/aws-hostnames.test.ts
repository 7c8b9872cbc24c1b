import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ApiClient } from '../api/api-client.ts'
import { proxyAgent } from '../api/proxy-agent.ts'
import { givenNode } from '../testing/given-node.ts'
import { HeldWorld } from '../testing/held-session.ts'
import { dataKeys } from './encryption/data-key.ts'
import { kmsEndpoint } from './encryption/kms-endpoint.ts'
import { runSession } from './run-session.ts'
import { sessionApi } from './session-api.ts'

const endpoint = 'https://ssm.us-east-1.amazonaws.com'

test('under AWS’s host names, by the proxy alone, an encrypted shell opens and its stream is under one of them', async (t) => {
  const { server, nodeId, api } = await givenNode(t, { awsHostnames: true })
  const { root, url, rootCredentials } = server
  const certificateAuthority = readFileSync(server.server.caFile ?? '', 'utf8')
  const environment = { HTTPS_PROXY: url }
  const proxyFor = (to: string) => proxyAgent(to, environment, certificateAuthority)
  const clientAt = (at: string) => async () =>
    new ApiClient({
      endpoint: { url: at, certificateAuthority, agent: proxyFor(at) },
      region: 'us-east-1',
      credentials: { ...rootCredentials, sessionToken: undefined },
      now: () => new Date(),
    })
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  await root.query('iam', 'PutRolePolicy', {
    RoleName: 'Node',
    PolicyName: 'sessions',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }],
    }),
  })
  const inputs = { kmsKeyId: KeyMetadata?.Arn, runAsEnabled: false }
  const document = { schemaVersion: '1.0', description: '', sessionType: 'Standard_Stream', inputs }
  await root.call('ssm', 'CreateDocument', {
    Name: 'Sealed',
    DocumentType: 'Session',
    Content: JSON.stringify(document),
  })

  const started = await (await clientAt(endpoint)()).ssm('StartSession', { Target: nodeId, DocumentName: 'Sealed' })
  const { SessionId: sessionId = '', TokenValue: token = '', StreamUrl: streamUrl = '' } = started
  assert.ok(streamUrl.startsWith(`wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/${sessionId}?`))
  const newDataKey = dataKeys(clientAt(kmsEndpoint(endpoint, 'us-east-1', environment)), nodeId)
  const world = new HeldWorld()
  const calls = { ...sessionApi(clientAt(endpoint)), newDataKey, certificateAuthority, proxyFor }
  const ended = runSession({ sessionId, token, streamUrl }, Object.assign(world, calls))
  world.stdin.write('echo answer-$((6 * 7))\n')
  await world.untilSaid(/answer-42/)
  world.stdin.end('exit\n')

  assert.equal(await ended, 0)
  assert.match(world.complained, /encrypted using AWS KMS/)
  assert.match(await (await clientAt('https://sts.amazonaws.com')()).callerArn(), /:root$/)
  // Who came by the server's own address is not sent elsewhere.
  const direct = await api.ssm('StartSession', { Target: nodeId })
  assert.ok(direct.StreamUrl?.startsWith(url.replace('http', 'ws')))
})

test('a proxy is used where the environment says so, and never for this machine', () => {
  const environment = { HTTPS_PROXY: 'http://127.0.0.1:7070', NO_PROXY: 'example.com' }
  for (const url of ['https://ssm.us-east-1.amazonaws.com', 'wss://ssmmessages.us-east-1.amazonaws.com/x']) {
    assert.ok(proxyAgent(url, environment, undefined))
    assert.ok(proxyAgent(url, { https_proxy: 'http://127.0.0.1:7070' }, undefined))
    assert.equal(proxyAgent(url, {}, undefined), undefined)
  }
  for (const url of ['http://example.org', 'https://127.0.0.1:7443', 'https://localhost', 'wss://[::1]:1/x']) {
    assert.equal(proxyAgent(url, environment, undefined), undefined, url)
  }
})
