import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@fairlead/testkit/eventually'
import type { RunningServer } from '@fairlead/testkit/running-server'
import type { HeldClient } from '../clients/held-client.ts'
import { listenOnWeb, plainText, sha256 } from './web-target.ts'

type Owner = { after(end: () => Promise<void> | void): void }

export interface Outage {
  readonly server: RunningServer
  readonly awayMs: number
  /** By SIGKILL, or in order. */
  readonly end: 'kill' | 'stop'
  /** A shell on a node, and a way to a port of it. */
  shell(t: Owner): HeldClient
  forward(t: Owner, port: number): HeldClient
}

/** The server goes away in the middle of a shell that prints and of a download, and both go on and lose nothing. */
export async function surviveOutage(t: Owner, { server, awayMs, end, shell, forward }: Outage): Promise<void> {
  const downloadMs = awayMs + 2_500
  const { port } = await listenOnWeb(t, downloadMs)
  const forwarding = forward(t, port)
  const [, localPort] = await forwarding.untilSays(/Port (\d+) opened/)
  const talking = shell(t)
  const count = Math.ceil(downloadMs / 100)
  talking.write(
    `n=0; while [ $n -lt ${count} ]; do echo "mark <$n>"; n=$((n+1)); sleep 0.1; done; echo over-$((6*7))\n`,
  )
  const download = fetch(`http://localhost:${localPort}/30000000/outage/slowly`).then((answer) => answer.arrayBuffer())
  await talking.untilSays(/mark <5>/)

  await (end === 'kill' ? server.kill() : server.stop())
  await pause(awayMs) // an outage is a length of time: there is nothing to wait for
  await server.start()

  const got = await download
  assert.equal(sha256(new Uint8Array(got)), sha256(plainText(30_000_000, 'outage')))
  await talking.untilSays(/over-42/, awayMs + 30_000)
  const marks = [...talking.said.matchAll(/^mark <(\d+)>/gm)].map(([, mark]) => Number(mark))
  assert.deepEqual(
    marks,
    Array.from({ length: count }, (_, index) => index),
  )
  talking.write('echo still-$((2*4))\n')
  await talking.untilSays(/still-8/)
  talking.write('exit\n')
  await talking.ended()
  forwarding.kill('SIGINT')
  await forwarding.ended()
}

// The shortest that its six tries can last.
const agentBearsMs = 3_100

/**
 * The server is gone for a moment while a shell prints and nobody types: as much as Amazon's agent bears, which gives a
 * session up after six tries in three to six seconds (docs/wire/data-channel.md).
 */
export async function surviveRestart(t: TestContext, server: RunningServer, shell: HeldClient): Promise<void> {
  const count = 60
  shell.write(`n=0; while [ $n -lt ${count} ]; do echo "mark <$n>"; n=$((n+1)); sleep 0.05; done\n`)
  await shell.untilSays(/mark <5>/)
  const [, SessionId = ''] = await shell.untilSays(/SessionId: (\S+)/)
  const goneAt = performance.now()
  await server.kill()
  await server.start()
  const awayMs = performance.now() - goneAt
  if (awayMs > agentBearsMs) {
    // Its session is lost by then, whatever a server does: the machine was too slow for there to be anything to test.
    t.skip(`the server took ${Math.round(awayMs)} ms to start on this machine: longer than Amazon's agent bears`)
    return
  }
  // Amazon's client ends when two keys are pressed before it is back.
  await eventually(async () => {
    const Filters = [{ key: 'SessionId' as const, value: SessionId }]
    const { Sessions = [] } = await server.client().call('ssm', 'DescribeSessions', { State: 'Active', Filters })
    return Sessions[0]?.Status === 'Connected' ? true : undefined
  }, 'the session is connected again')
  await shell.untilSays(new RegExp(`mark <${count - 1}>`))
  const marks = [...shell.said.matchAll(/^mark <(\d+)>/gm)].map(([, mark]) => Number(mark))
  assert.deepEqual(
    marks,
    Array.from({ length: count }, (_, index) => index),
  )
  shell.write('echo after-$((6*8))\n')
  await shell.untilSays(/after-48/)
  shell.write('exit\n')
  await shell.ended()
}
