import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { ApiClient } from '../api/api-client.ts'
import type { Ask } from '../api/keep-asking.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { followCommand } from './follow-command.ts'
import type { RunView } from './run-view.ts'

/** Asks a server that gives to each operation its answers one after the other, and then the last of them again. */
async function given(t: TestContext, answers: Readonly<Record<string, readonly unknown[]>>): Promise<Ask> {
  const asked = new Map<string, number>()
  const server = createServer((incoming, outgoing) => {
    const [, operation = ''] = /\.(\w+)$/.exec(String(incoming.headers['x-amz-target'])) ?? []
    const times = asked.get(operation) ?? 0
    asked.set(operation, times + 1)
    const ofIt = answers[operation] ?? []
    outgoing.end(JSON.stringify(ofIt[times] ?? ofIt.at(-1)))
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const api = new ApiClient({
    endpoint: { url: `http://127.0.0.1:${port}` },
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: undefined },
    now: () => new Date(),
  })
  return (call) => call(api)
}

const view: RunView = {
  wantsOutput: false,
  wantsNames: 'first',
  sent: () => undefined,
  output: () => undefined,
  ended: () => undefined,
  progress: () => undefined,
  hold: () => () => undefined,
  outcome: () => undefined,
  finish: () => undefined,
}

test('a node that has ended is not taken for one that is away, although an older list says that it waits', async (t) => {
  const counts = { TargetCount: 3, ErrorCount: 0 }
  const ended = (InstanceId: string) => [{ InstanceId, Status: 'Success', StatusDetails: 'Success' }]
  const waiting = (InstanceId: string) => ({ InstanceId, Status: 'Pending' })
  const ask = await given(t, {
    WatchCommand: [
      { ...counts, CompletedCount: 1, Ended: ended('mi-quick'), NextToken: 'a' },
      { ...counts, CompletedCount: 1, Ended: [], NextToken: 'b' },
      { ...counts, CompletedCount: 2, Ended: ended('mi-slow') },
    ],
    ListCommandInvocations: [{ CommandInvocations: [waiting('mi-quick'), waiting('mi-away')] }],
    GetConnectionStatus: [{ Status: 'notconnected' }],
  })
  let elapsed = 0
  const surroundings = testSurroundings({ elapsed: () => (elapsed += 100_000) })

  const { completed } = await followCommand('1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f', {
    ask,
    surroundings,
    signal: new AbortController().signal,
    view,
    names: new Map(),
    offline: new Set(),
    lastAbsence: () => Number.NEGATIVE_INFINITY,
    before: { total: 3, completed: 0, failed: 0, left: [] },
  })

  assert.equal(completed, 2)
})
