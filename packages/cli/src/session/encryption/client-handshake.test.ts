import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { EnvelopeError } from '@fairlead/wire/kms-envelope'
import { SessionCipher } from '@fairlead/wire/session-cipher'
import {
  decodeChallenge,
  decodeHandshakeResponse,
  encodeChallenge,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  type PayloadType,
  payloadTypes,
} from '@fairlead/wire/session-message'
import { aesGcm } from './aes-gcm.ts'
import { ClientHandshake } from './client-handshake.ts'
import type { WantedKey } from './data-key.ts'

const random = (length: number) => randomBytes(length)
const complete = encodeHandshakeComplete({ tookNanoseconds: 1, customerMessage: 'hello' })

/** A handshake of which both ends are looked at; `challenge` is that of agents from 3.3 on. */
function givenHandshake(challenge = '') {
  const dataKey = randomBytes(64)
  const agent = new SessionCipher({ role: 'agent', dataKey, aes: aesGcm, random })
  const written: { readonly type: PayloadType; readonly payload: Uint8Array }[] = []
  const said: string[] = []
  const wanted: WantedKey[] = []
  const handshake = new ClientHandshake({
    async newDataKey(one) {
      wanted.push(one)
      return { plaintext: dataKey, wrapped: { ciphertext: Buffer.from('wrapped'), hasChallenge: one.challenge !== '' } }
    },
    random,
    write: (type, payload) => written.push({ type, payload }),
    onDone: ({ sessionType }, customerMessage) => said.push(`${sessionType}: ${customerMessage}`),
    onFailed: (reason) => said.push(reason),
  })
  const request = encodeHandshakeRequest({
    agentVersion: '3.3.0.0',
    actions: [
      { kind: 'sessionType', sessionType: 'Standard_Stream', properties: null },
      { kind: 'kmsEncryption', keyId: 'alias/sessions', challenge },
    ],
  })
  const ask = async () => {
    handshake.take(payloadTypes.handshakeRequest, request)
    // Everything that it waits for is there at once.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const challengeWith = (bytes: Uint8Array, by = agent) =>
    handshake.take(payloadTypes.challengeRequest, encodeChallenge(by.sealBytes(bytes)))
  return { handshake, agent, written, said, wanted, ask, challengeWith }
}

test('the challenge of newer agents goes into the encryption context, and the answer says so', async () => {
  const { ask, wanted, written } = givenHandshake('of today')
  await ask()

  assert.partialDeepStrictEqual(wanted, [{ keyId: 'alias/sessions', challenge: 'of today' }])
  const [response] = written
  const { actions } = decodeHandshakeResponse(response?.payload ?? new Uint8Array())
  assert.deepEqual(
    actions.map(({ status, dataKey }) => [status, dataKey?.hasChallenge]),
    [
      ['success', undefined],
      ['success', true],
    ],
  )
})

test('a challenge is answered once, with the other half of the key', async () => {
  const { ask, agent, challengeWith, handshake, written, said } = givenHandshake()
  const asked = randomBytes(64)
  await ask()
  challengeWith(asked)
  challengeWith(Buffer.from('what the node said later, to be had as what the client types'))
  handshake.take(payloadTypes.handshakeComplete, complete)

  assert.deepEqual(
    written.map(({ type }) => type),
    [payloadTypes.handshakeResponse, payloadTypes.challengeResponse],
  )
  const answer = decodeChallenge(written[1]?.payload ?? new Uint8Array())
  assert.deepEqual(new Uint8Array(agent.openBytes(answer)), new Uint8Array(asked))
  assert.deepEqual(said, ['Standard_Stream: hello'])
})

test('a session that should be encrypted is not begun by a node that has not shown the key', async () => {
  const { ask, challengeWith, handshake, said } = givenHandshake()
  await ask()
  const stranger = new SessionCipher({ role: 'agent', dataKey: randomBytes(64), aes: aesGcm, random })
  assert.throws(() => challengeWith(randomBytes(64), stranger), EnvelopeError)
  handshake.take(payloadTypes.handshakeComplete, complete)

  assert.deepEqual(said, ['The node did not show that it has the key of the session.'])
})

test('a session that should be encrypted is not begun by a node that does not wait for the key', async () => {
  for (const isAnswered of [false, true]) {
    const { ask, handshake, said } = givenHandshake()
    const asked = ask()
    if (isAnswered) await asked
    handshake.take(payloadTypes.handshakeComplete, complete)
    await asked

    assert.deepEqual(said, ['The node did not show that it has the key of the session.'])
  }
})

test('with a key, nothing in the clear goes out, and nothing in the clear is taken for the node’s', async () => {
  const { ask, agent, handshake } = givenHandshake()
  const keys = Buffer.from('ls -l /etc and some more')
  assert.equal(handshake.seal(payloadTypes.output, keys), keys)
  await ask()

  const sealed = handshake.seal(payloadTypes.output, keys)
  assert.equal(Buffer.from(sealed).includes('etc'), false)
  assert.deepEqual(agent.open(payloadTypes.output, sealed), keys)
  for (const type of [payloadTypes.output, payloadTypes.standardError, payloadTypes.exitCode]) {
    assert.throws(() => handshake.open(type, keys), EnvelopeError)
    assert.deepEqual(handshake.open(type, agent.seal(type, keys)), keys)
  }
  assert.equal(handshake.open(payloadTypes.error, keys), undefined)
  assert.deepEqual(handshake.open(payloadTypes.flag, keys), keys)
})

test('a second request in the same session is not heeded', async () => {
  const { ask, wanted, written } = givenHandshake()
  await ask()
  await ask()

  assert.equal(wanted.length, 1)
  assert.equal(written.length, 1)
})
