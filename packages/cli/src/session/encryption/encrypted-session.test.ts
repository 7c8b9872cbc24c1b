import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { allow } from '@fairlead/testkit/given'
import { ApiClient } from '../../api/api-client.ts'
import { type GivenNode, givenNode } from '../../testing/given-node.ts'
import { HeldWorld } from '../../testing/held-session.ts'
import { openStreamTap } from '../../testing/stream-tap.ts'
import { runSession } from '../run-session.ts'
import { sessionApi } from '../session-api.ts'
import type { SessionWorld } from '../session-world.ts'
import { dataKeys } from './data-key.ts'

const keyAlias = 'alias/sessions'
const preferences = 'SSM-SessionManagerRunShell'

interface Encrypted {
  readonly node: GivenNode
  readonly keyId: string
  /** May start sessions and make data keys. */
  readonly alice: ApiClient
  /** May start sessions. */
  readonly bob: ApiClient
  setDecrypt(isAllowed: boolean): Promise<void>
}

/** A node whose sessions are encrypted, and people. */
async function givenEncryptedNode(t: TestContext): Promise<Encrypted> {
  const node = await givenNode(t)
  const { server } = node
  const { root, url } = server
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const keyId = KeyMetadata?.KeyId ?? ''
  await root.call('kms', 'CreateAlias', { AliasName: keyAlias, TargetKeyId: keyId })
  const { Content = '' } = await root.call('ssm', 'GetDocument', { Name: preferences })
  const document = JSON.parse(Content) as { inputs: object }
  document.inputs = { ...document.inputs, kmsKeyId: keyAlias }
  await root.call('ssm', 'UpdateDocument', {
    Name: preferences,
    Content: JSON.stringify(document),
    DocumentVersion: '$LATEST',
  })
  const setDecrypt = async (isAllowed: boolean) => {
    const PolicyDocument = JSON.stringify(allow(isAllowed ? 'kms:Decrypt' : 'kms:DescribeKey', KeyMetadata?.Arn))
    await root.query('iam', 'PutRolePolicy', { RoleName: 'Node', PolicyName: 'sessions', PolicyDocument })
  }
  await setDecrypt(true)
  const person = async (name: string, actions: readonly string[]) => {
    const { credentials } = await server.user(name, [allow(actions)])
    const { accessKeyId = '', secretAccessKey = '' } = credentials ?? {}
    return new ApiClient({
      endpoint: { url },
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey, sessionToken: undefined },
      now: () => new Date(),
    })
  }
  const alice = await person('alice', ['ssm:*', 'kms:GenerateDataKey'])
  return { node, keyId, alice, bob: await person('bob', ['ssm:*']), setDecrypt }
}

interface Wish {
  readonly by: ApiClient
  readonly newDataKey?: SessionWorld['newDataKey']
  readonly port?: number
  readonly start?: { readonly DocumentName: string; readonly Parameters: Readonly<Record<string, string[]>> }
}

async function hold({ node: { nodeId } }: Encrypted, { by, newDataKey, port, start = undefined }: Wish) {
  const answer = await by.ssm('StartSession', { Target: nodeId, ...start })
  const { SessionId: sessionId = '', TokenValue: token = '', StreamUrl = '' } = answer
  const world = new HeldWorld()
  const calls = { ...sessionApi(async () => by), newDataKey: newDataKey ?? dataKeys(async () => by, nodeId) }
  const streamUrl = port === undefined ? StreamUrl : StreamUrl.replace(/:\d+\//, `:${port}/`)
  const ended = runSession({ sessionId, token, streamUrl }, Object.assign(world, calls))
  return { sessionId, world, ended }
}

test('on a node whose sessions are encrypted', async (t) => {
  const given = await givenEncryptedNode(t)
  const { node, alice, bob, keyId } = given
  const { root } = node.server

  await t.test('a shell says that it is encrypted, and nothing of it is seen on its way', async (t) => {
    const tap = await openStreamTap(t, node.server.url)
    const { world, ended } = await hold(given, { by: alice, port: tap.port })
    world.stdin.write('stty -echo; echo typed-$((20 + 1)) >&2\n')
    await world.untilSaid(/typed-21/)
    tap.cut()
    world.stdin.write('echo again-$((20 + 2))\n')
    await world.untilSaid(/again-22/)
    world.stdin.end('exit\n')

    assert.equal(await ended, 0)
    assert.match(world.complained, /This session is encrypted using AWS KMS\./)
    const passed = Buffer.concat(tap.heard).toString('latin1')
    assert.match(passed, /KMSEncryption/)
    assert.doesNotMatch(passed, /typed-|again-|stty|exit/)
    assert.throws(() => execFileSync('grep', ['-rE', 'typed-2|again-2', node.server.dataDir]), { status: 1 })
  })

  await t.test('a command is encrypted too, by the preferences of the region, and a port is not', async () => {
    const command = { DocumentName: 'AWS-StartNonInteractiveCommand', Parameters: { command: ['echo once'] } }
    const one = await hold(given, { by: alice, start: command })
    assert.equal(await one.ended, 0)
    assert.equal(one.world.said, 'once\n')
    assert.match(one.world.complained, /encrypted using AWS KMS/)

    const ssh = { DocumentName: 'AWS-StartSSHSession', Parameters: { portNumber: ['9'] } }
    const other = await hold(given, { by: bob, start: ssh })
    await other.ended
    assert.doesNotMatch(other.world.complained, /KMS/)
  })

  const failures: readonly [string, RegExp, () => Promise<Wish> | Wish][] = [
    [
      'the user may not make data keys',
      /GenerateDataKey was refused: AccessDeniedException .*user\/bob .*kms:GenerateDataKey on resource: arn:aws:kms:/,
      () => ({ by: bob }),
    ],
    [
      'the role of the node may not decrypt',
      /could not decrypt the data key of the session: .*AccessDeniedException.*kms:Decrypt/s,
      async () => {
        await given.setDecrypt(false)
        return { by: alice }
      },
    ],
    [
      'the key is disabled meanwhile',
      /could not decrypt the data key of the session: .*is disabled/s,
      () => ({
        by: alice,
        async newDataKey(sessionId, wanted) {
          const made = await dataKeys(async () => alice, node.nodeId)(sessionId, wanted)
          await root.call('kms', 'DisableKey', { KeyId: keyId })
          return made
        },
      }),
    ],
    [
      'the data key was made for another session',
      /could not decrypt the data key of the session: .*InvalidCiphertextException/s,
      () => ({ by: alice, newDataKey: (_, wanted) => dataKeys(async () => alice, node.nodeId)('alice-1', wanted) }),
    ],
    [
      'the data key was made under another KMS key',
      /could not decrypt the data key of the session: .*IncorrectKeyException/s,
      () => ({
        by: alice,
        async newDataKey(sessionId) {
          const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
          const wanted = { keyId: KeyMetadata?.KeyId ?? '', challenge: '' }
          return await dataKeys(async () => alice, node.nodeId)(sessionId, wanted)
        },
      }),
    ],
    [
      'the node has another key than the client',
      /What came from the node could not be decrypted/,
      () => ({
        by: alice,
        async newDataKey(sessionId, wanted) {
          const { wrapped } = await dataKeys(async () => alice, node.nodeId)(sessionId, wanted)
          return { wrapped, plaintext: randomBytes(64) }
        },
      }),
    ],
  ]
  for (const [name, reason, wish] of failures) {
    await t.test(`nothing begins, and the user is told why, when ${name}`, async (t) => {
      const tap = await openStreamTap(t, node.server.url)
      const { world, ended } = await hold(given, { ...(await wish()), port: tap.port })
      world.stdin.write('secret\n')

      assert.equal(await ended, 1)
      assert.match(world.complained, reason)
      assert.equal(world.said, '')
      assert.doesNotMatch(Buffer.concat(tap.heard).toString('latin1'), /secret/)
      await given.setDecrypt(true)
      await root.call('kms', 'EnableKey', { KeyId: keyId })
    })
  }
})
