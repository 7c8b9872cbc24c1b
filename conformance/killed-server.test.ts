import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { FrameGate } from '@fairlead/testkit/frame-gate'
import { readCredentials } from '@fairlead/testkit/given'
import { runServer } from '@fairlead/testkit/running-server'
import { listCommands, listInvocations } from './chaos/survey.ts'
import { DoomedFleet } from './killed-server/fleet.ts'
import type { Step } from './killed-server/fleet-process.ts'

const nodes = Number(process.env['FAIRLEAD_KILLED_NODES'] ?? 500)
const server = await runServer({ after })
const client = server.client()
const fleet = await DoomedFleet.start({ after }, server, nodes)
let commands = 0

test(`a server killed at each step of a command to ${nodes} nodes: each runs it once, and ends once`, async (t) => {
  const gate = await FrameGate.open(t, server.url)
  const credentials = readCredentials(server.credentialsFile)
  const through = new ApiClient({ url: gate.url, region: server.region, credentials, now: () => new Date() })
  const given = gate.keepAnswer('SendCommand')
  const unheard = assert.rejects(send('unheard', through))
  await given
  await server.kill()
  gate.shut()
  await unheard

  await killedAgain('handed over', nodes / 100)
  for (const share of [0.1, 0.5, 0.9, 1]) await killedAgain('end acknowledged', nodes * share)
  await server.start()
  await settled('unheard')
})

test(`a server killed at each step of a ramp over ${nodes} nodes: each runs it once, and ends once`, async () => {
  const before = nodes * commands
  const killed = fleet.kill(server, 'end acknowledged', before + 1)
  await send('ramp', client, { MaxConcurrency: '10%' })
  await killed
  await killedAgain('end acknowledged', before + nodes / 2)
  await server.start()
  await settled('ramp')
})

test(`a server killed while it stores a command to ${nodes} nodes has all of it or nothing`, async () => {
  const before = writtenAt()
  const unheard = send('half', client).catch(() => undefined)
  await eventually(() => (writtenAt() > before ? true : undefined), 'some of it is on the disk')
  await server.kill()
  await unheard
  await server.start()

  const found = (await listCommands(client)).filter(({ Comment }) => Comment === 'half')
  if (found.length === 0) {
    assert.equal((await listInvocations(client)).length, nodes * commands)
    await send('half', client)
  }
  await settled('half')

  // Whoever asks a day later is told the same, and nobody is handed anything once more.
  await server.kill()
  await server.start()
  await fleet.connected()
  for (const { CommandId = '' } of await listCommands(client)) await judged(CommandId)
})

/** Starts the server and has it killed when a step has happened so often, over all commands. */
async function killedAgain(step: Step, count: number): Promise<void> {
  server.launch()
  await fleet.kill(server, step, count)
}

async function send(Comment: string, through: ApiClient, more: { readonly MaxConcurrency?: string } = {}) {
  await through.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    Targets: [fleet.target],
    Parameters: { commands: ['true'] },
    MaxConcurrency: '100%',
    MaxErrors: '100%',
    Comment,
    ...more,
  })
}

/** Waits for the command's end, and judges all that can be known of it. Nothing may be left that could still happen. */
async function settled(comment: string): Promise<void> {
  commands += 1
  await fleet.reached('end acknowledged', nodes * commands)
  const found = (await listCommands(client)).filter(({ Comment }) => Comment === comment)
  assert.equal(found.length, 1)
  await judged(found[0]?.CommandId ?? '')
}

async function judged(commandId: string): Promise<void> {
  const survey = await fleet.survey()
  const listed = await listCommands(client)
  assert.equal(listed.length, commands, 'no request made two commands')
  const { Status, TargetCount, CompletedCount, ErrorCount, DeliveryTimedOutCount } =
    listed.find(({ CommandId }) => CommandId === commandId) ?? {}
  const failed = survey.filter(({ status }) => status === 'Failed').length
  assert.deepEqual(
    { Status, TargetCount, CompletedCount, ErrorCount, DeliveryTimedOutCount },
    { Status: 'Failed', TargetCount: nodes, CompletedCount: nodes, ErrorCount: failed, DeliveryTimedOutCount: 0 },
  )
  const ends = (await listInvocations(client)).filter(({ CommandId }) => CommandId === commandId)
  assert.deepEqual(
    sorted(ends.map(({ InstanceId, Status: end }) => `${InstanceId} ${end}`)),
    sorted(survey.map(({ nodeId, status }) => `${nodeId} ${status}`)),
    'each has ended as its node says',
  )
  for (const { nodeId, ran, tooLate } of survey) {
    assert.equal(ran.filter((id) => id === commandId).length, 1, `${nodeId} ran it once`)
    assert.equal(tooLate, 0, `${nodeId} was handed a command that it had been told to forget`)
  }
}

/** When the database's log was written to last. */
function writtenAt(): number {
  const logs = readdirSync(server.dataDir).filter((name) => name.endsWith('-wal'))
  return Math.max(...logs.map((name) => statSync(join(server.dataDir, name)).mtimeMs))
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...lines].sort()
}
