import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { activate, NodeMachine, someKeys } from '@fairlead/testkit/node-machine'
import { ServiceError } from '../domain/error.ts'
import { GuessLimit } from './guess-limit.ts'

const wrong = new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.')

/** A limit of three guesses, one more each second, for two addresses. */
function smallLimit() {
  const clock = new ManualClock()
  const limit = new GuessLimit(() => clock.ticks(), { burst: 3, perSecond: 1, remembered: 2 })
  const codes = (address: string, times: number) =>
    Array.from({ length: times }, () => limit.answerTo(address, wrong, 'json').code === wrong.code)
  return { clock, limit, codes }
}

test('guesses beyond the allowance of an address are throttled until time has passed', () => {
  const { clock, codes } = smallLimit()

  assert.deepEqual(codes('192.0.2.1', 5), [true, true, true, false, false])
  assert.deepEqual(codes('192.0.2.2', 1), [true])
  clock.advance(2_000)
  assert.deepEqual(codes('192.0.2.1', 3), [true, true, false])
})

test('addresses of one IPv6 network share an allowance, and only so many networks are remembered', () => {
  const { codes } = smallLimit()

  assert.deepEqual(codes('2001:db8:0:7::1', 3), [true, true, true])
  assert.deepEqual(codes('2001:db8:0:7:aaaa:bbbb:cccc:dddd', 1), [false])
  assert.deepEqual(codes('2001:db8::8:0:0:0:1', 1), [true])
  codes('192.0.2.1', 1)
  codes('192.0.2.2', 1)
  assert.deepEqual(codes('2001:db8:0:7::1', 1), [true])
})

test('errors that are no guesses are told as they are', () => {
  const { limit, codes } = smallLimit()
  codes('192.0.2.1', 4)
  const unsigned = new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')

  assert.equal(limit.answerTo('192.0.2.1', unsigned, 'json'), unsigned)
})

test('who guesses keys or codes is told to slow down, and the rightful at the same address are not', async (t) => {
  const clock = new ManualClock()
  const server = await given(t, { clock })
  const { root, client, rootCredentials } = server
  const activation = await activate(server)
  const stranger = client({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'guessed' })
  const forger = client({ ...rootCredentials, secretAccessKey: 'guessed' })
  const guess = () => stranger.call('ssm', 'ListCommands', {})
  const guessCode = () =>
    client(undefined).call('ssm', 'RegisterManagedInstance', {
      ...activation,
      ActivationCode: 'f'.repeat(32),
      Fingerprint: 'some',
      PublicKey: someKeys.publicKey,
      PublicKeyType: 'Rsa',
    })

  await assert.rejects(guessCode(), { code: 'InvalidActivation' })
  for (let round = 0; round < 10; round++) {
    const some = Array.from({ length: round === 0 ? 49 : 50 }, guess)
    await Promise.all(some.map((one) => assert.rejects(one, { code: 'UnrecognizedClientException' })))
  }

  const throttled = { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' }
  await assert.rejects(guess(), throttled)
  await assert.rejects(guessCode(), throttled)
  await assert.rejects(forger.query('sts', 'GetCallerIdentity', {}), { code: 'Throttling', status: 400 })
  await root.call('ssm', 'ListCommands', {})
  await NodeMachine.register(server, { activation })

  // A clock that is set forward gives no more guesses, and one that is set back takes none.
  clock.set(60_000)
  await assert.rejects(guess(), throttled)
  clock.set(-120_000)
  clock.advance(1_000)
  await assert.rejects(guess(), { code: 'UnrecognizedClientException' })
})

test('who shows old passwords is told to slow down after ten, at once or one by one, and the right one is changed later', async (t) => {
  const clock = new ManualClock()
  const { root, user } = await given(t, { clock })
  const alice = await user('alice', [allow('iam:ChangePassword')])
  const right = 'The-right-one-4711'
  await root.query('iam', 'CreateLoginProfile', { UserName: 'alice', Password: right })
  const change = (OldPassword: string) =>
    alice.query('iam', 'ChangePassword', { OldPassword, NewPassword: 'Another-one-0815' }).then(
      () => 'changed',
      (error: { code: string }) => error.code,
    )

  const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => change(`Wrong-one-${at}-abc`)))
  assert.deepEqual(answers.filter((answer) => answer === 'AccessDenied').length, 10)
  assert.equal(await change(right), 'Throttling')
  clock.advance(31_000)
  assert.equal(await change(right), 'changed')
})
