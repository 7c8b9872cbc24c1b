import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'

test('a shell opens, shows what its commands write, and its end is told', async (t) => {
  const { server } = await givenAgent(t)
  const session = server.startSession()

  session.type('echo hello $TERM; stty size\n')
  await server.until('the answer', () => /hello xterm-256color\r\n24 80/.test(session.text))
  session.resize(100, 40)
  session.type('stty size; exit\n')
  await server.until('the size', () => /40 100/.test(session.text))
  const end = await server.endOfSession(session.sessionId)

  assert.equal(end.finalTaskStatus, 'Success')
  assert.deepEqual(session.states, ['Connected', 'Terminating'])
  assert.deepEqual(server.faults, [])
})
