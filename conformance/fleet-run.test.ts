import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import { makeActivation, registerNodes } from '@fairlead/testkit/fleet'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { success } from '@fairlead/testkit/simulated-reports'
import { untilThere } from '@fairlead/testkit/until-there'
import { HeldClient } from './clients/held-client.ts'
import { Terminal } from './clients/terminal.ts'
import { reasonWithoutTerminal } from './sessions/terminal-course.ts'

const simulated = 200
const kernel = '6.1.0-fleet'
const entry = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url))
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TZ: 'UTC' }
const noTerminal = await reasonWithoutTerminal()

const server = await runServer({ after })
const root = server.client()
const tags = { role: 'web' }
const activation = await makeActivation(root, { count: simulated, tags })
const { url, region } = server
const nodes = await registerNodes({ url, region, count: simulated }, activation)
const real = await Promise.all(Array.from({ length: 3 }, () => runNode({ after }, server, { tags })))

/** What holds back the answers of the second half of the fleet. */
let gate: Promise<void> = Promise.resolve()
let exitCode = (_name: string) => 0
let isOver = false
const agents = await Promise.all(
  nodes.map(async (node, index) => {
    const name = `sim-${String(index + 1).padStart(3, '0')}`
    await node.reportHealth(name)
    const agent = new SimulatedAgent(node, {
      outcome: () => ({ ...success, code: exitCode(name), standardOutput: `${kernel}\n`, ...status(exitCode(name)) }),
      before: () => (index < simulated / 2 ? undefined : gate),
      onClosed: () => void comeBack(agent),
    })
    await agent.connect()
    return agent
  }),
)
after(() => {
  isOver = true
  for (const agent of agents) agent.cut()
})

function status(code: number): { readonly status: 'Success' | 'Failed' } {
  return { status: code === 0 ? 'Success' : 'Failed' }
}

/** As agents do: they look for the server until it is there, and repeat what it may not have had. */
async function comeBack(agent: SimulatedAgent): Promise<void> {
  while (!isOver && !agent.isConnected) {
    await pause(100)
    try {
      await agent.connect()
    } catch {
      continue // the server is not back yet
    }
    agent.resend()
  }
}

const fairlead = [process.execPath, entry, 'run', '--data-dir', server.dataDir]
const words = (...options: string[]) => [...fairlead, '--targets', 'tag:role=web', ...options, '--', 'uname', '-r']
const total = simulated + real.length

test('equal answers of two hundred nodes are one group, and the exit status tells how it went', async (t) => {
  const client = new HeldClient(t, words('--yes'), environment)

  assert.equal(await client.ended(60_000), 0, client.complained)
  const { said } = client
  const ids = real.map(({ nodeId }) => nodeId).toSorted()
  assert.ok(said.startsWith(`── sim-[001-200] (200) ──\n${kernel}\n── ${ids.join(',')} (3) ──\n${release()}\n`), said)
  assert.match(said, /\n203 of 203 succeeded, in /)

  exitCode = (name) => (name === 'sim-007' ? 3 : 0)
  const failing = new HeldClient(t, words('--confirm', '203'), environment)
  assert.equal(await failing.ended(60_000), 1)
  exitCode = () => 0
  assert.match(failing.said, /── sim-007 ── exit code 3\n/)
  assert.match(failing.said, /\n202 of 203 succeeded, 1 failed, in .*\nexit codes: 0 × 202, 3 × 1\n/)
})

test('what goes out in several commands stops at errors as one would', async (t) => {
  // The first that has it fails: a command goes out in the order of node ids, and so one of that name could be the last.
  let first: string | undefined
  exitCode = (name) => {
    first ??= name
    return name === first ? 1 : 0
  }
  const where = ['--nodes', 'sim-[001-120]', '--yes', '--max-errors', '0', '--max-concurrency', '1']
  const client = new HeldClient(t, [...fairlead, ...where, '--', 'uname', '-r'], environment)

  assert.equal(await client.ended(60_000), 1)
  exitCode = () => 0
  assert.ok(client.said.includes(`── ${first} ── exit code 1\n`), client.said)
  assert.match(client.said, /\nnot sent, after too many errors elsewhere: sim-.*\nnot sent: sim-\[051-120\]\n/)
  assert.match(client.said, /\n0 of 120 succeeded, 50 failed, 70 not sent, in /)
})

test('a person types the number of nodes, and sees how far it is', { skip: noTerminal }, async (t) => {
  const { promise, resolve: open } = Promise.withResolvers<void>()
  gate = promise
  const terminal = await Terminal.open(t, words('--max-concurrency', '100%'), environment)
  await terminal.untilShows(/203 nodes match; AWS-RunShellScript would run on 203 now/)
  await terminal.untilShows(/Type the number of nodes, 203/)
  await terminal.enter('203')
  await terminal.untilShows(/█+░+ 1\d\d of 203/)
  await terminal.press('C-c')
  await terminal.untilShows(/Cancel the command on the nodes\? \[y\/N/)
  await terminal.enter('n')
  open()

  await terminal.untilShows(/── sim-\[001-200\] \(200\) ──\n6\.1\.0-fleet\n.*203 of 203 succeeded/s)
  assert.equal(await terminal.ended(), 0)
})

test('the server is killed in the middle, and the numbers still add up', async (t) => {
  const { promise, resolve: open } = Promise.withResolvers<void>()
  gate = promise
  const client = new HeldClient(t, words('--json', '--yes', '--max-concurrency', '100%'), environment)
  const events = () =>
    client.said
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  const count = (event: string) => events().filter((one) => one.event === event).length
  await eventually(
    () => (count('ended') > simulated / 4 ? true : undefined),
    'some have ended, and are told while it runs',
  )
  assert.equal(count('node'), 0)
  await server.kill()
  open()
  await server.start()

  // Agents may take 20 s to try again, and a run waits 90 s for them: longer than a try on a busy machine.
  const exitStatus = await client.ended(120_000)
  const told = events().filter(({ event }) => event === 'node')
  const unwell = told.filter((node) => node.status !== 'Success')
  assert.equal(exitStatus, 0, `${client.complained}${JSON.stringify(unwell.slice(0, 3))}`)
  assert.equal(new Set(told.map(({ nodeId }) => nodeId)).size, total)
  assert.equal(told.length, total)
  assert.equal(count('ended'), total)
  const { commandIds, ms, ...end } = events().at(-1)
  assert.deepEqual(end, {
    ...{ event: 'end', nodes: total, succeeded: total, failed: 0, unended: 0, unsent: [] },
    ...{ exitCodes: { 0: total }, exitStatus: 0 },
  })
  const { Commands = [] } = await root.call('ssm', 'ListCommands', { CommandId: commandIds[0] })
  assert.deepEqual([Commands[0]?.TargetCount, Commands[0]?.CompletedCount, Commands[0]?.ErrorCount], [total, total, 0])
  assert.ok(ms > 0)
})

test('what a node writes is shown while the command runs there', async (t) => {
  const [node] = real
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-live-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const go = join(folder, 'go')
  const script = `echo first; ${untilThere(go)}; echo second; exit 7`
  const client = new HeldClient(t, [...fairlead, '--nodes', node?.nodeId ?? '', '--', script], environment)
  await client.untilSays(/^first$/m)
  assert.doesNotMatch(client.said, /second/)
  writeFileSync(go, '')

  assert.equal(await client.ended(), 7)
  assert.equal(client.said, 'first\nsecond\n')
})
