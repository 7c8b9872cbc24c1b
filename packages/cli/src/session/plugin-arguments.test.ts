import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPluginCall } from './plugin-arguments.ts'

const answer = JSON.stringify({ SessionId: 'me-1', TokenValue: 'token', StreamUrl: 'ws://127.0.0.1/x', Extra: 1 })
const session = { sessionId: 'me-1', token: 'token', streamUrl: 'ws://127.0.0.1/x' }
const rest = ['eu-west-1', 'StartSession', 'work', '{"Target":"mi-0"}', 'http://127.0.0.1:7070']

test('the answer of StartSession is read from the environment, as CLIs of today give it', () => {
  const name = 'AWS_SSM_START_SESSION_RESPONSE'
  assert.deepEqual(readPluginCall([name, ...rest], { [name]: answer }), {
    session,
    region: 'eu-west-1',
    profile: 'work',
    targetId: 'mi-0',
    endpoint: 'http://127.0.0.1:7070',
  })
  assert.deepEqual(readPluginCall([`${name}_2`, ...rest], { [`${name}_2`]: answer }).session, session)
})

test('the answer of StartSession is read from the first argument, as older CLIs give it', () => {
  assert.deepEqual(readPluginCall([answer, ...rest], {}).session, session)
})

test('the oldest CLIs give three arguments, and the endpoint is that of AWS', () => {
  const call = readPluginCall([answer, 'eu-west-1', 'StartSession'], {})
  assert.equal(call.profile, '')
  assert.equal(call.targetId, '')
  assert.equal(call.endpoint, 'https://ssm.eu-west-1.amazonaws.com')
})

test('another operation, no JSON, and an answer with a part missing are each refused in words', () => {
  assert.throws(() => readPluginCall([answer, 'eu-west-1', 'StopSession'], {}), /Invalid Operation/)
  assert.throws(() => readPluginCall(['{', ...rest], {}), /no JSON/)
  for (const bad of ['null', '[]', '{"SessionId":"a","TokenValue":null,"StreamUrl":"b"}']) {
    assert.throws(() => readPluginCall([bad, ...rest], {}), /lacks SessionId/)
  }
  assert.throws(() => readPluginCall(['AWS_SSM_START_SESSION_RESPONSE', ...rest], {}), /no JSON/)
})
