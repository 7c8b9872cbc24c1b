import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginSession } from './begin-session.ts'
import type { StartedSession } from './session-world.ts'

const session: StartedSession = { sessionId: 'root-1', token: 'token', streamUrl: 'ws://127.0.0.1/' }

function given() {
  const listening = new Map<string, () => void>()
  const terminated: string[] = []
  const { promise: answer, resolve, reject } = Promise.withResolvers<StartedSession>()
  const { promise: patience, resolve: losePatience } = Promise.withResolvers<void>()
  const begun = beginSession({
    world: {
      onSignal(signal, act) {
        listening.set(signal, act)
        return () => listening.delete(signal)
      },
      terminate: async (sessionId) => void terminated.push(sessionId),
    },
    pause: () => patience,
    start: (signal) => {
      signal.addEventListener('abort', () => reject(new Error('called off')))
      return answer
    },
  })
  const raise = (signal: string) => listening.get(signal)?.()
  return { begun, raise, terminated, resolve, reject, losePatience, listening }
}

test('a session that begins undisturbed is there, and its signals are somebody else’s', async () => {
  const { begun, resolve, terminated, listening } = given()
  assert.deepEqual([...listening.keys()], ['SIGINT', 'SIGTERM', 'SIGHUP'])
  resolve(session)
  assert.equal(await begun, session)
  assert.deepEqual([terminated, listening.size], [[], 0])
})

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`a session of which ${signal} comes while it is begun is ended once it is known`, async () => {
    const { begun, raise, resolve, terminated, listening } = given()
    raise(signal)
    assert.equal(listening.size, 0, 'a second one ends the process')
    resolve(session)
    assert.equal(await begun, status)
    assert.deepEqual(terminated, ['root-1'])
  })
}

test('who leaves waits for a server that does not answer no longer than two seconds', async () => {
  const { begun, raise, losePatience, terminated } = given()
  raise('SIGINT')
  losePatience()
  assert.equal(await begun, 130)
  assert.deepEqual(terminated, [])
})

test('a session that cannot begin says why, unless somebody left', async () => {
  const refused = given()
  refused.reject(new Error('TargetNotConnected'))
  await assert.rejects(refused.begun, /TargetNotConnected/)
  const left = given()
  left.raise('SIGTERM')
  left.reject(new Error('TargetNotConnected'))
  assert.equal(await left.begun, 143)
})
