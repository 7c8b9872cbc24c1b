import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { BodyReader } from './body.ts'

const kilobyte = 1024
const limit = 200 * kilobyte

/** A server that answers with the length of the body, or with the name of what was wrong with it. */
async function givenReader(t: TestContext, shared: number) {
  const reader = new BodyReader(limit, shared)
  const outcomes: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const outcome = await reader.read(request).then(
      (body) => String(body.length),
      (error: Error) => error.name,
    )
    outcomes.push(outcome)
    response.end(outcome)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const post = async (kilobytes: number) => {
    const body = Buffer.alloc(kilobytes * kilobyte)
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
    return await answer.text()
  }
  /** Sends all of a body but its last byte. */
  const hold = (kilobytes: number): Socket => {
    const length = kilobytes * kilobyte
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
    socket.write(Buffer.alloc(length - 1))
    return socket
  }
  return { post, hold, outcomes }
}

test('a body up to the limit is read whole, a longer one is refused', async (t) => {
  const { post } = await givenReader(t, 10 * limit)

  assert.equal(await post(200), String(limit))
  assert.equal(await post(201), 'BodyTooLarge')
})

test('bodies that are never ended take no more than what is shared, and short ones are read all the while', async (t) => {
  const { post, hold, outcomes } = await givenReader(t, 150 * kilobyte)
  const held = [hold(199), hold(199)]
  await eventually(() => outcomes[0], 'the second long body is refused')

  assert.deepEqual(outcomes, ['BodyRefused'])
  assert.equal(await post(200), 'BodyRefused')
  assert.equal(await post(60), String(60 * kilobyte))

  for (const socket of held) socket.destroy()
  await eventually(() => (outcomes.includes('BodyCutShort') ? true : undefined), 'the held body is given up')
  assert.equal(await post(200), String(limit))
})
