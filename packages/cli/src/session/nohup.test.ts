import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import { processWorld } from './process-world.ts'

const bin = fileURLToPath(new URL('../../../../bin/fairlead', import.meta.url))

/** Sends a hang-up to a program that waits for its server, then lets the server go; answers how the program ended. */
async function endOf(t: TestContext, trap: string): Promise<readonly [code: number | null, signal: string | null]> {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const called = once(server, 'connection') as Promise<[Socket]>
  const child = spawn('sh', ['-c', `${trap} exec "$0" shell mi-0123456789abcdef0`, bin], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  const [socket] = await called
  child.kill('SIGHUP')
  if (trap === '') {
    // The first is answered within two seconds, since a session may be beginning; the second ends anything at once.
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    await eventually(() => (hasEnded() || !child.kill('SIGHUP') ? true : undefined), 'it has ended')
    return await ended
  }
  server.close()
  socket.destroy()
  return await ended
}

test('a hang-up ends what was begun without nohup, and nothing else', {
  skip: process.platform !== 'linux',
}, async (t) => {
  assert.deepEqual(await endOf(t, ''), [null, 'SIGHUP'])
  assert.deepEqual(await endOf(t, "trap '' HUP;"), [1, null])
})

test('a session that was begun with nohup does not listen for a hang-up', () => {
  const before = process.listenerCount('SIGHUP')
  const off = processWorld({ FAIRLEAD_NOHUP: '1' }, undefined).onSignal('SIGHUP', () => undefined)
  assert.equal(process.listenerCount('SIGHUP'), before)
  off()
})
