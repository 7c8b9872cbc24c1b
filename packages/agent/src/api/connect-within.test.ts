import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { deafListener } from '@fairlead/testkit/deaf-listener'
import { within } from '@fairlead/testkit/within'
import { connectWithin } from './connect-within.ts'

function answerOf(port: number, patienceMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, agent: false }, (answer) => resolve(answer.statusCode ?? 0))
    asked.on('error', reject)
    connectWithin(asked, patienceMs)
    asked.end()
  })
}

test('a host that answers no connection is given up soon', async (t) => {
  const port = await deafListener(t)
  await assert.rejects(within(answerOf(port, 100), 'the end of the request'), /no connection within 0\.1 seconds/)
})

test('a server that connects and is slow to answer is waited for', async (t) => {
  const server = createServer((_, response) => setTimeout(() => response.end(), 150))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo // a TCP server's, once it listens
  assert.equal(await within(answerOf(port, 100), 'an answer'), 200)
})
