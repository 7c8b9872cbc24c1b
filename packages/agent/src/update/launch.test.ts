import assert from 'node:assert/strict'
import { test } from 'node:test'
import { becomeFetched, readLaunch } from './launch.ts'

const signals = ['SIGTERM', 'SIGINT'] as const

test('a signal to stop that comes while another program takes over is not lost', (t) => {
  const others = signals.map((signal) => [signal, process.listeners(signal)] as const)
  t.after(() => {
    for (const [signal, listeners] of others) for (const listener of listeners) process.on(signal, listener)
  })
  for (const signal of signals) process.once(signal, () => undefined)
  const heard: number[] = []
  const execve = () => void heard.push(...signals.map((signal) => process.listenerCount(signal)))
  t.mock.method(process as unknown as { execve(): void }, 'execve', execve)

  becomeFetched('/versions/2.0.0/bin/fairlead.mjs', [], readLaunch({}))

  assert.deepEqual(heard, [0, 0])
})
