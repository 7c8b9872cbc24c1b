import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { elementOf } from '@fairlead/testkit/api-client'
import { ChannelPeer, channelToken } from '@fairlead/testkit/channel-peer'
import { allow, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { type Upgrade, UpgradeRefused, upgradeAs } from '@fairlead/testkit/upgrade-as'

const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'

async function world(t: TestContext) {
  const server = await given(t)
  const node = await NodeMachine.register(server)
  const credentials = await node.credentials()
  const upgrade = (more: Partial<Upgrade>) =>
    upgradeAs({ url: server.url, nodeId: node.nodeId, credentials, now: new Date(), ...more })
  return { ...server, given: server, node, credentials, upgrade }
}

function refusedWith(status: number, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof UpgradeRefused)
    assert.deepEqual([error.status, error.message.split(':', 1)[0]], [status, code])
    return true
  }
}

test('a channel is not opened for who does not sign', async (t) => {
  const { upgrade } = await world(t)
  await assert.rejects(upgrade({ credentials: undefined }), refusedWith(403, 'MissingAuthenticationTokenException'))
})

test('a channel is not opened with a signature of yesterday or of another secret', async (t) => {
  const { upgrade, credentials } = await world(t)
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000)
  await assert.rejects(upgrade({ now: yesterday }), refusedWith(403, 'InvalidSignatureException'))
  const other = { ...credentials, secretAccessKey: 'another' }
  await assert.rejects(upgrade({ credentials: other }), refusedWith(403, 'InvalidSignatureException'))
})

test('nobody but a node opens a channel, whatever policies allow', async (t) => {
  const { upgrade, rootCredentials, root, user } = await world(t)
  await assert.rejects(upgrade({ credentials: rootCredentials }), refusedWith(403, 'AccessDeniedException'))
  for (const [name, action] of [
    ['alice', 'ssm:*'],
    ['bob', '*'],
  ] as const) {
    await user(name, [allow(action)])
    const key = await root.query('iam', 'CreateAccessKey', { UserName: name })
    const accessKeyId = elementOf(key, 'AccessKeyId') ?? ''
    const secretAccessKey = elementOf(key, 'SecretAccessKey') ?? ''
    const asked = upgrade({ credentials: { accessKeyId, secretAccessKey } })
    await assert.rejects(asked, refusedWith(403, 'AccessDeniedException'), name)
  }
})

test('a node does not open the channel of another, nor gets a token for it', async (t) => {
  const { upgrade, given: server, node } = await world(t)
  const other = await NodeMachine.register(server)
  await assert.rejects(upgrade({ nodeId: other.nodeId }), refusedWith(403, 'AccessDeniedException'))
  const asked = channelToken({ nodeId: other.nodeId, client: () => node.client() })
  await assert.rejects(asked, /^Error: 403: .*AccessDeniedException/)
})

test('a node whose role may nothing opens no channel', async (t) => {
  const { upgrade, root, node } = await world(t)
  await root.query('iam', 'DetachRolePolicy', { RoleName: 'nodes', PolicyArn })
  await assert.rejects(upgrade({}), refusedWith(403, 'AccessDeniedException'))
  await assert.rejects(channelToken(node), /^Error: 403: .*AccessDeniedException/)
})

test('a deregistered node opens no channel with the keys that it still has', async (t) => {
  const { upgrade, root, node } = await world(t)
  await root.call('ssm', 'DeregisterManagedInstance', { InstanceId: node.nodeId })
  await assert.rejects(upgrade({}), refusedWith(403, 'UnrecognizedClientException'))
})

test('no channel of another kind is served', async (t) => {
  const { upgrade } = await world(t)
  await assert.rejects(upgrade({ path: '/v1/other-channel/' }), refusedWith(404, 'UnknownOperationException'))
})

test('who is refused is hung up on, and does not keep the server from stopping', async (t) => {
  const { url, stop } = await world(t)
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  t.after(() => socket.destroy())
  let answer = ''
  socket.on('data', (part) => {
    answer += part
  })
  const ended = new Promise((resolve) => socket.once('end', resolve))
  socket.write(
    'GET /v1/control-channel/mi-1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await ended
  assert.match(answer, /^HTTP\/1.1 403 /)

  const begun = performance.now()
  await stop()
  assert.ok(performance.now() - begun < 1_500, 'the server waited for its patience to end')
})

test('who offers HTTP/2 with an ordinary request is answered as if it had not', async (t) => {
  const { root } = await world(t)
  const answer = await root.send({
    service: 'ssm',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.DescribeInstanceInformation',
    },
    afterSigning: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' },
    body: Buffer.from('{}'),
  })
  assert.equal(answer.status, 200)
})

test('the audit tells who asked for a channel and who was refused', async (t) => {
  const { upgrade, given: server, node, dataDir, stop } = await world(t)
  const peer = await ChannelPeer.open(server, node)
  await assert.rejects(upgrade({ credentials: undefined }), UpgradeRefused)
  peer.socket.terminate()
  await stop()

  const lines = readdirSync(join(dataDir, 'audit'))
    .flatMap((file) =>
      readFileSync(join(dataDir, 'audit', file), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line) as { eventName: string; errorCode?: string; userIdentity: { type: string } })
    .filter(({ eventName }) => eventName === 'OpenControlChannel')
  assert.deepEqual(
    lines.map(({ errorCode, userIdentity }) => [errorCode, userIdentity.type]),
    [
      [undefined, 'AssumedRole'],
      ['MissingAuthenticationTokenException', 'Unknown'],
    ],
  )
})
