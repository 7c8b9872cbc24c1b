import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiClient } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { keepAsking } from './keep-asking.ts'
import { NoAnswer } from './no-answer.ts'

/** Asks what fails with these, one after another, on a clock that pauses move. */
function given(...failures: readonly Error[]) {
  let [elapsed, clients, calls] = [0, 0, 0]
  const said: string[] = []
  const leaving = new AbortController()
  const client = async () => {
    clients++
    return new ApiClient({
      endpoint: { url: 'http://127.0.0.1:1' },
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined },
      now: () => new Date(0),
    })
  }
  const world = {
    elapsed: () => elapsed,
    pause: async (ms: number) => {
      elapsed += ms
    },
  }
  let absences = 0
  const ask = keepAsking(
    client,
    world,
    leaving.signal,
    (text) => said.push(text),
    () => absences++,
  )
  const answer = () =>
    ask(async () => {
      const failure = failures[calls++] ?? failures.at(-1)
      if (calls <= failures.length && failure !== undefined) throw failure
      return 'the answer'
    })
  return {
    answer,
    leaving,
    said,
    absences: () => absences,
    calls: () => calls,
    clients: () => clients,
    elapsed: () => elapsed,
  }
}

const away = new NoAnswer('The server does not answer.')
const error = (status: number, code: string) => new ApiError('ListCommands', status, code, '')

test('what passes is asked again, and a person is told once when it takes long', async () => {
  const { answer, said, calls, absences } = given(
    away,
    error(400, 'ThrottlingException'),
    error(503, 'X'),
    away,
    away,
    away,
  )

  assert.equal(await answer(), 'the answer')
  assert.equal(calls(), 7)
  assert.equal(absences(), 4)
  assert.deepEqual(said, ['The server does not answer. Asking again …'])
})

test('what does not pass is thrown at once', async () => {
  for (const failure of [error(400, 'AccessDeniedException'), new TypeError('a fault')]) {
    const { answer, calls } = given(failure)
    await assert.rejects(answer(), failure)
    assert.equal(calls(), 1)
  }
})

test('credentials that have expired are made anew', async () => {
  const { answer, clients } = given(error(400, 'ExpiredTokenException'))

  assert.equal(await answer(), 'the answer')
  assert.equal(clients(), 2)
})

test('credentials that have expired when they are new are told at once', async () => {
  const expired = error(400, 'ExpiredTokenException')
  const { answer, clients, elapsed, said } = given(expired, expired)

  await assert.rejects(answer(), expired)
  assert.deepEqual([clients(), elapsed(), said], [2, 0, []])
})

test('two minutes without an answer are enough', async () => {
  const { answer, elapsed } = given(...Array.from({ length: 1_000 }, () => away))

  await assert.rejects(answer(), away)
  assert.ok(elapsed() > 120_000 && elapsed() < 130_000)
})

test('who has left asks no more', async () => {
  const { answer, leaving, calls } = given(away, away)
  leaving.abort(130)

  await assert.rejects(answer(), (reason) => reason === 130)
  assert.equal(calls(), 1)
})
