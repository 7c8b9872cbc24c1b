import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { requireFreePort } from './free-port.ts'

test('of a port that is taken it is said who has it, and which option chooses another', async (t) => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  t.after(() => new Promise((resolve) => holder.close(resolve)))

  const who = process.platform === 'linux' ? `by pid ${process.pid} \\(` : ''
  await assert.rejects(requireFreePort(port), new RegExp(`Port ${port} is taken.*${who}.*--port \\d+`))
})

test('zero is a port that is always free', async () => {
  await requireFreePort(0)
})
