import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { seededRandom } from './chaos/seeded-random.ts'
import { type Sent, sendMarks } from './chaos/send-marks.ts'
import { isTerminal, keyOf, type ListedInvocation, listCommands, listInvocations } from './chaos/survey.ts'

const short = process.env['FAIRLEAD_CHAOS'] === 'short'
const kills = short ? 10 : 100
const commands = short ? 50 : 500
const seed = Number(process.env['FAIRLEAD_CHAOS_SEED'] ?? randomInt(2 ** 31))

test(`${kills} kills of server and agents under ${commands} commands: each ends once and runs at most once`, async (t) => {
  t.diagnostic(`FAIRLEAD_CHAOS_SEED=${seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-chaos-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'marks')
  const server = await runServer(t)
  const agents = [await runNode(t, server), await runNode(t, server)]
  const nodeIds = agents.map(({ nodeId }) => nodeId)
  const client = server.client()
  const ended = new Map<string, string>()
  let killed = 0
  let settled = false

  // The commands go out in step with the kills, so that all of them are met by some.
  const turnOf = (index: number) => eventually(() => index < ((killed + 1) * commands) / kills || undefined, 'a kill')
  const sending = sendMarks(commands, { client, nodeIds, file, random: seededRandom(seed + 1), turnOf })
  const watching = watch()
  // Whatever fails, the watch must come to its end, or the test never would.
  const { acknowledged, unanswered } = await disturb().finally(() => {
    settled = true
  })
  await watching

  const listed = await listCommands(client)
  const invocations = await listInvocations(client)
  const lines = readFileSync(file, 'utf8').trim().split('\n')

  const marks = new Map(listed.map(({ CommandId = '', Comment = '' }) => [CommandId, Comment]))
  for (const [commandId, mark] of acknowledged) assert.equal(marks.get(commandId), mark, 'an answered command is kept')
  const answered = new Set(acknowledged.values())
  for (const mark of marks.values()) assert.ok(answered.has(mark) || unanswered.has(mark), `${mark} was asked for`)
  assert.equal(new Set(marks.values()).size, listed.length, 'no request made two commands')

  assert.equal(new Set(lines).size, lines.length, 'no script ran twice')
  const ran = new Set(lines)
  for (const invocation of invocations) {
    const line = `${marks.get(invocation.CommandId ?? '')} ${invocation.InstanceId}`
    if (invocation.Status === 'Success') assert.ok(ran.has(line), `${line}: Success, and never ran`)
    assert.equal(ended.get(keyOf(invocation)) ?? invocation.Status, invocation.Status, `${line}: ended twice`)
    ran.delete(line)
  }
  assert.deepEqual([...ran], [], 'every script that ran has its invocation')

  for (const { CommandId, Status, InstanceIds, TargetCount, CompletedCount, ErrorCount } of listed) {
    const own = invocations.filter((invocation) => invocation.CommandId === CommandId)
    assert.deepEqual(own.map(({ InstanceId }) => InstanceId).sort(), [...(InstanceIds ?? [])].sort())
    assert.deepEqual([TargetCount, CompletedCount], [own.length, own.length], `counts of ${CommandId}`)
    // One that ends after an error of its sibling is Terminated, which is no error of its own.
    const errors = own.filter(({ StatusDetails }) => ['Failed', 'ExecutionTimedOut'].includes(StatusDetails ?? ''))
    assert.equal(ErrorCount, errors.length, `errors of ${CommandId}`)
    assert.ok(isTerminal(Status), `${CommandId} is ${Status}`)
  }
  t.diagnostic(`${listed.length} commands, ${unanswered.size} requests broken, ${tally(invocations)}`)

  async function disturb(): Promise<Sent> {
    const [sent] = await Promise.all([sending, kill(seededRandom(seed))])
    await eventually(
      async () => ((await listInvocations(client)).every(({ Status }) => isTerminal(Status)) ? true : undefined),
      'every invocation has ended',
      90_000,
    )
    return sent
  }

  async function kill(random: () => number): Promise<void> {
    while (killed < kills && !settled) {
      await pause(30 + random() * 350)
      const victim = random()
      if (victim < 0.5) {
        await server.kill()
        server.launch()
        if (random() < 0.8) await server.ready() // else it may be killed while it starts
      } else {
        const agent = agents[victim < 0.75 ? 0 : 1]
        await agent?.kill()
        agent?.launch()
      }
      killed++
    }
    await server.ready()
  }

  async function watch(): Promise<void> {
    while (!settled) {
      try {
        for (const invocation of await listInvocations(client)) {
          if (!isTerminal(invocation.Status)) continue
          const before = ended.get(keyOf(invocation)) ?? invocation.Status
          assert.equal(invocation.Status, before, `${keyOf(invocation)} ended twice`)
          ended.set(keyOf(invocation), invocation.Status ?? '')
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        // The server is down at the moment.
      }
      await pause(200)
    }
  }
})

function tally(invocations: readonly ListedInvocation[]): string {
  const counts = new Map<string, number>()
  for (const { StatusDetails = '' } of invocations) counts.set(StatusDetails, (counts.get(StatusDetails) ?? 0) + 1)
  return [...counts].map(([details, count]) => `${count} ${details}`).join(', ')
}
