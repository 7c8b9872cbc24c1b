import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeActivation, registerNodes } from '@fairlead/testkit/fleet'
import { runServer } from '@fairlead/testkit/running-server'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { makeNodeKeyPair, type SimulatedNode } from '@fairlead/testkit/simulated-node'
import { success } from '@fairlead/testkit/simulated-reports'
import { HeldClient } from './clients/held-client.ts'
import { Terminal } from './clients/terminal.ts'
import { reasonWithoutTerminal } from './sessions/terminal-course.ts'

// More than a rehearsal names (1,000), and more than a client that keeps every answer would hold in little memory.
const total = 1_200
const mostOfActivation = 1_000
const mostMebibytes = 200
const limitMs = 120_000
const entry = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url))
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TZ: 'UTC' }
const tellsMemory = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS+" KiB"))'

const noTerminal = await reasonWithoutTerminal()

const server = await runServer({ after })
const root = server.client()
const keys = makeNodeKeyPair()
const nodes = [...(await registered(mostOfActivation)), ...(await registered(total - mostOfActivation))]
let exitCode = (_index: number) => 0
/** What holds back the answers of one node. */
let gate: Promise<void> = Promise.resolve()
const slow = 777
const agents: SimulatedAgent[] = []
const waiting = nodes.map((node, index) => connected(node, index + 1))
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next()
  }),
)
after(() => {
  for (const agent of agents) agent.cut()
})

async function registered(count: number): Promise<readonly SimulatedNode[]> {
  const { url, region } = server
  return await registerNodes(
    { url, region, count, keys },
    await makeActivation(root, { roleName: `Of${count}`, count }),
  )
}

function connected(node: SimulatedNode, index: number): () => Promise<void> {
  const name = nameOf(index)
  const outcome = () => {
    const code = exitCode(index)
    return { ...success, code, status: code === 0 ? ('Success' as const) : ('Failed' as const), standardOutput: 'up\n' }
  }
  return async () => {
    await node.reportHealth(name)
    const agent = new SimulatedAgent(node, { outcome, before: () => (index === slow ? gate : undefined) })
    agents.push(agent)
    await agent.connect()
  }
}

function nameOf(index: number): string {
  return `sim-${String(index).padStart(4, '0')}`
}

function begin(t: { after(end: () => Promise<void>): void }, ...words: readonly string[]): HeldClient {
  const fairlead = [process.execPath, '--import', tellsMemory, entry, 'run', '--data-dir', server.dataDir]
  return new HeldClient(t, [...fairlead, ...words], environment)
}

function mebibytes({ complained }: HeldClient): number {
  return Number(/^(\d+) KiB$/m.exec(complained)?.[1]) / 1024
}

test('twelve hundred nodes that say the same are one line, in little memory', async (t) => {
  const client = begin(t, '--all', '--confirm', String(total), '--', 'uptime')

  assert.equal(await client.ended(limitMs), 0, client.complained)
  assert.ok(client.said.startsWith(`── sim-[0001-${total}] (${total}) ──\nup\n`), client.said.slice(0, 500))
  assert.match(client.said, new RegExp(`\\n${total} of ${total} succeeded, in `))
  assert.ok(mebibytes(client) < mostMebibytes, client.complained)
})

test('each of them is told once by its name, and what failed is run again where it failed', async (t) => {
  exitCode = (index) => (index % 100 === 7 ? 3 : 0)
  const client = begin(t, '--all', '--yes', '--json', '--', 'uptime')
  assert.equal(await client.ended(limitMs), 1, client.complained)
  const events = client.said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const names = events.filter(({ event }) => event === 'node').map(({ name }) => name)
  const { commandIds, ms, ...end } = events.at(-1)
  exitCode = () => 0
  const again = begin(t, '--rerun', 'failed', commandIds[0])

  assert.deepEqual(
    names.toSorted(),
    Array.from({ length: total }, (_, index) => nameOf(index + 1)),
  )
  for (const { name } of events.filter(({ event }) => event === 'ended')) assert.match(name, /^sim-/)
  assert.deepEqual(end, {
    ...{ event: 'end', nodes: total, succeeded: total - 12, failed: 12, unended: 0, unsent: [] },
    ...{ exitCodes: { 0: total - 12, 3: 12 }, exitStatus: 1 },
  })
  assert.ok(ms > 0)
  assert.ok(mebibytes(client) < mostMebibytes, client.complained)
  assert.equal(await again.ended(limitMs), 0, again.complained)
  assert.match(again.said, /^── sim-\[0007,0107,.*,1107\] \(12\) ──\nup\n\n12 of 12 succeeded/)
})

test('a person sees which of them is the last', { skip: noTerminal }, async (t) => {
  const { promise, resolve: open } = Promise.withResolvers<void>()
  gate = promise
  const words = ['run', '--data-dir', server.dataDir, '--all', '--yes', '--max-concurrency', '100%', '--', 'uptime']
  const terminal = await Terminal.open(t, [process.execPath, entry, ...words], environment)
  await terminal.untilShows(new RegExp(`${total - 1} of ${total}, waiting for ${nameOf(slow)}`), limitMs)
  open()

  await terminal.untilShows(new RegExp(`── sim-\\[0001-${total}\\] \\(${total}\\) ──\nup\n`), limitMs)
  assert.equal(await terminal.ended(), 0)
})
