import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { FakeSessionSettings } from '@fairlead/testkit/fake-session'
import { givenSession } from '@fairlead/testkit/given-session'
import type { SessionRequest } from '@fairlead/testkit/session-request'
import { payloadTypes } from '@fairlead/wire/session-message'

const wrapped = Buffer.from('as KMS wrapped it')
const inputs = { kmsKeyId: 'alias/sessions' }

/** A session that is to be encrypted, with a client that has its key and a KMS that opens it. */
async function givenEncrypted(
  t: TestContext,
  request: SessionRequest = {},
  changes: Partial<FakeSessionSettings['encryption']> = {},
) {
  const dataKey = randomBytes(64)
  const encryption = { wrapped, dataKey, ...changes }
  const given = await givenSession(t, { encryption, ...request, document: { inputs, ...request.document } })
  given.server.decrypts = () => dataKey
  return given
}

test('a shell under a key begins with a handshake, and is sealed both ways through a lost connection', async (t) => {
  const { server, session, ended } = await givenEncrypted(t)
  await server.until('the prompt', () => /[$#] $/.test(session.text))
  session.losesEvery = 3

  session.type('echo marked-$((20 + 1))\n')
  await server.until('the answer', () => session.text.includes('marked-21'))
  session.drop()
  session.type('stty size; echo again-$((20 + 2))\n')
  session.resize(101, 31)
  await server.until('the answer', () => session.text.includes('again-22'))
  session.type('exit\n')

  assert.equal((await ended).status, 'Success')
  assert.equal(session.customerMessage, 'This session is encrypted using AWS KMS.')
  assert.deepEqual(session.handshake?.actions, [
    { kind: 'sessionType', sessionType: 'Standard_Stream', properties: null },
    { kind: 'kmsEncryption', keyId: 'alias/sessions', challenge: '' },
  ])
  assert.deepEqual(
    server.calls.filter(({ operation }) => operation === 'Decrypt').map(({ input }) => input),
    [
      {
        KeyId: 'alias/sessions',
        CiphertextBlob: wrapped.toString('base64'),
        EncryptionContext: { 'aws:ssm:SessionId': session.sessionId, 'aws:ssm:TargetId': server.nodeId },
      },
    ],
  )
  assert.ok(session.payloads.length > 5)
  assert.ok(session.payloads.every((payload) => !/marked|again|exit/.test(payload.toString('latin1'))))
  assert.deepEqual(server.faults, [])
})

test('standard output, standard error and the exit code of a command are sealed', async (t) => {
  const properties = { linux: { commands: 'sh -c "echo out; echo err >&2; exit 5"', separateOutputStream: 'true' } }
  const { session, ended } = await givenEncrypted(t, {
    document: { sessionType: 'NonInteractiveCommands', properties, inputs },
  })

  assert.equal((await ended).status, 'Success')
  assert.equal(session.text, 'out\n')
  assert.equal(Buffer.concat(session.errors).toString(), 'err\n')
  assert.equal(session.exitCode, 'EXIT_CODE: 5')
  assert.ok(session.payloads.every((payload) => !/out\n|err\n|EXIT_CODE/.test(payload.toString('latin1'))))
})

const endings: readonly [string, RegExp, (t: TestContext) => ReturnType<typeof givenSession>][] = [
  [
    'the client has no data key',
    /could not get a data key of the KMS key alias\/sessions\. no key$/,
    (t) => givenSession(t, { document: { inputs } }),
  ],
  [
    'KMS refuses the node',
    /The node could not decrypt the data key of the session: .*AccessDeniedException.*the role may not/,
    async (t) => {
      const given = await givenEncrypted(t)
      given.server.decrypts = () => undefined
      return given
    },
  ],
  [
    'KMS answers with a key of another length',
    /The node could not decrypt the data key of the session: .*64 bytes, not 32/,
    async (t) => {
      const given = await givenEncrypted(t)
      given.server.decrypts = () => randomBytes(32)
      return given
    },
  ],
  [
    'the client has another key than the one it sent',
    /The client did not show that it has the key/,
    (t) => givenEncrypted(t, {}, { dataKey: randomBytes(64), challengeAnswer: randomBytes(64) }),
  ],
  [
    'the client answers another challenge',
    /The client did not show that it has the key/,
    (t) => givenEncrypted(t, {}, { challengeAnswer: randomBytes(64) }),
  ],
  [
    'the client answers a part of the challenge',
    /The client did not show that it has the key/,
    (t) => givenEncrypted(t, {}, { challengeAnswer: randomBytes(1) }),
  ],
]

for (const [name, reason, begin] of endings) {
  test(`nothing is started, and the user is told why, when ${name}`, async (t) => {
    const { session, ended } = await begin(t)

    const { status, output } = await ended
    assert.equal(status, 'Failed')
    assert.match(output, reason)
    assert.equal(session.hasShaken, false)
    assert.equal(session.length, 0)
  })
}

test('input that was not sealed ends the session, and nothing of it reaches the shell', async (t) => {
  const { server, session, ended } = await givenEncrypted(t)
  await server.until('the prompt', () => /[$#] $/.test(session.text))

  session.send(payloadTypes.output, Buffer.from('echo in the clear, and long enough for a nonce and a tag\n'))
  session.type('echo after\n')

  const { status, output } = await ended
  assert.equal(status, 'Failed')
  assert.match(output, /could not decrypt what came from the client/)
  assert.doesNotMatch(session.text, /clear|after/)
})

test('a port is not begun under a key, since ports are not encrypted', async (t) => {
  const { ended } = await givenEncrypted(t, {
    document: { sessionType: 'Port', properties: { portNumber: '22' }, inputs },
  })

  assert.match((await ended).output, /encryption of a port/)
})
