import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { hmacSigner } from '@fairlead/wire/sigv4'
import { systemClock } from '../clock.ts'
import { ControlPlane } from './control-plane.ts'
import { retriedCall } from './retried-call.ts'

const keys = {
  signer: async () => hmacSigner({ accessKeyId: 'AKIA', secretAccessKey: 'x' }, () => Buffer.alloc(32)),
  forget: () => undefined,
}

test('a call that is stopped ends the request under way, and is not tried again', async (t) => {
  let asked = 0
  const server = createServer(() => {
    asked++
    stop.abort(new Error('the step was stopped'))
  })
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const stop = new AbortController()
  const controlPlane = new ControlPlane({ url: new URL(`http://127.0.0.1:${port}`), region: 'us-east-1' }, systemClock)

  const call = retriedCall(
    (signer) => controlPlane.callFairlead('Any', {}, signer, stop.signal),
    keys,
    systemClock,
    stop.signal,
  )

  await assert.rejects(call, /the step was stopped/)
  assert.equal(asked, 1)
})

test('a call that is stopped while it waits for its next try does not wait for it', async () => {
  const stop = new AbortController()
  const call = retriedCall(
    async () => {
      setImmediate(() => stop.abort(new Error('the step was stopped')))
      throw new Error('the network is away')
    },
    keys,
    { ...systemClock, now: () => 0, after: () => () => undefined },
    stop.signal,
  )
  await assert.rejects(call, /the step was stopped/)
})
