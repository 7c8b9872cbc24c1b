import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeAgentJob, decodeAgentJobAck } from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import { frozenWorld, isLastReply, type MarkedCommand, unreported } from './durability/frozen-world.ts'

// The agent is killed in one state after the other, at the very frame that divides it from the next.
const once = { begun: 1, ended: 1 }

test('an agent killed with a job in its socket that it has not read gets it again', async (t) => {
  const world = await frozenWorld(t)
  world.agent.suspend()
  const command = await world.send()
  await eventually(() => (jobOf(world.gate.seen, command.commandId) ? true : undefined), 'the job is on its way')
  await world.agent.kill()
  assert.deepEqual(await world.status(command.commandId), 'Pending')
  command.release()
  await world.agent.start()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
})

test('an agent killed with a command on disk that waits for its turn, before its acknowledgement, runs it once', async (t) => {
  const world = await frozenWorld(t, ['--command-workers', '1'])
  const first = await world.send()
  await first.begun()
  const stopped = world.gate.stopAt('agent', 'agent_job_ack')
  const second = await world.send()
  assert.deepEqual(decodeAgentJobAck((await stopped).payload).statusCode, '200')
  assert.equal(phaseOf(world.agent.stateDirectory, second.commandId), 'queued')
  await world.agent.kill()
  assert.equal(await world.status(second.commandId), 'Pending')
  assert.deepEqual(second.runs(), { begun: 0, ended: 0 })
  await world.agent.start()
  first.release()
  second.release()

  for (const command of [first, second]) {
    assert.equal((await world.settled(command.commandId)).status, 'Success')
    assert.deepEqual(command.runs(), once)
  }
})

test('an agent killed between noting that it starts a script and the start itself runs it once', async (t) => {
  const world = await frozenWorld(t, ['--command-workers', '1'])
  const first = await world.send()
  await first.begun()
  const second = await world.send()
  await world.until(second.commandId, 'InProgress')
  await world.agent.kill()
  // What the agent would have written next, had the first come to its end: no process follows from it.
  const path = join(world.agent.stateDirectory, 'active', `${second.commandId}.json`)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"phase":"queued"', '"phase":"started"'))
  assert.equal(phaseOf(world.agent.stateDirectory, second.commandId), 'started')
  await world.agent.start()
  first.release()
  second.release()

  for (const command of [first, second]) {
    assert.equal((await world.settled(command.commandId)).status, 'Success')
    assert.deepEqual(command.runs(), once)
  }
})

test('an agent killed with a script that runs, before its acknowledgement, does not run it again', async (t) => {
  const world = await frozenWorld(t)
  const stopped = world.gate.stopAt('agent', 'agent_job_ack')
  const command = await world.send()
  await stopped
  await command.begun()
  await world.agent.kill()
  assert.equal(await world.status(command.commandId), 'Pending')
  await world.agent.start()
  await world.until(command.commandId, 'InProgress')
  command.release()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
})

test('an agent killed while a script runs reports its end when it is back', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send(undefined, 'runs-on')
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  await world.agent.kill()
  command.release()
  await eventually(() => (command.runs().ended > 0 ? true : undefined), 'the script ends with nobody there')
  assert.equal(await world.status(command.commandId), 'InProgress')
  await world.agent.start()

  assert.deepEqual(await world.settled(command.commandId), { status: 'Success', output: 'runs-on done\n' })
  assert.deepEqual(command.runs(), once)
})

test('an agent killed with the end of a command on disk and not sent sends it when it is back', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  world.gate.shut()
  command.release()
  await eventually(() => unreported(world.agent).find((text) => text.includes(command.commandId)), 'the reply is kept')
  await world.agent.kill()
  assert.deepEqual(world.lastReplies(command.commandId), [])
  assert.equal(await world.status(command.commandId), 'InProgress')
  world.gate.unshut()
  await world.agent.start()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  assert.deepEqual(command.runs(), once)
})

test('an agent killed before its last reply was acknowledged says it again, and it counts once', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  const stopped = world.gate.stopAt('server', 'agent_job_reply_ack', world.isAckOfLast(command.commandId))
  command.release()
  await stopped
  await world.agent.kill()
  assert.equal(await world.status(command.commandId), 'Success')
  assert.ok(
    unreported(world.agent).some((text) => text.includes(command.commandId)),
    'the agent cannot know',
  )
  await world.agent.start()

  assert.equal((await world.settled(command.commandId)).status, 'Success')
  const replies = world.lastReplies(command.commandId)
  assert.equal(replies.length, 2)
  assert.equal(new Set(replies.map(({ frame }) => frame.messageId)).size, 1, 'it is the same reply')
  assert.deepEqual(command.runs(), once)
})

test('an agent killed before it read that it should cancel is told again', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  world.agent.suspend()
  await world.client.call('ssm', 'CancelCommand', { CommandId: command.commandId })
  await eventually(
    () => (world.gate.seen.some(({ frame }) => isCancel(frame)) ? true : undefined),
    'the cancel is sent',
  )
  await world.agent.kill()
  assert.equal(await world.status(command.commandId), 'Cancelling')
  await world.agent.start()

  assert.equal((await world.settled(command.commandId)).status, 'Cancelled')
  command.release()
  assert.deepEqual(command.runs(), { begun: 1, ended: 0 })
})

test('an agent killed after it cancelled, before anybody heard of it, still says Cancelled', async (t) => {
  const world = await frozenWorld(t)
  const command = await world.send()
  await command.begun()
  await world.until(command.commandId, 'InProgress')
  const stopped = world.gate.stopAt('agent', 'agent_job_reply', isLastReply(command.commandId))
  await world.client.call('ssm', 'CancelCommand', { CommandId: command.commandId })
  await stopped
  await world.agent.kill()
  assert.equal(await world.status(command.commandId), 'Cancelling')
  await world.agent.start()

  assert.equal((await world.settled(command.commandId)).status, 'Cancelled')
  command.release()
  assert.deepEqual(command.runs(), { begun: 1, ended: 0 })
})

test('an agent killed after it cancelled what waited for its turn does not run it after all', async (t) => {
  const world = await frozenWorld(t, ['--command-workers', '1'])
  const first = await world.send()
  await first.begun()
  const second = await world.send()
  await world.until(second.commandId, 'InProgress')
  const stopped = world.gate.stopAt('agent', 'agent_job_reply', isLastReply(second.commandId))
  await world.client.call('ssm', 'CancelCommand', { CommandId: second.commandId })
  await stopped
  await world.agent.kill()
  // As if the reply had not got as far as the disk: the record has to do.
  rmSync(join(world.agent.stateDirectory, 'spool'), { recursive: true })
  assert.equal(await world.status(second.commandId), 'Cancelling')
  first.release()
  second.release()
  await world.agent.start()

  assert.equal((await world.settled(first.commandId)).status, 'Success')
  assert.equal((await world.settled(second.commandId)).status, 'Cancelled')
  assert.deepEqual(second.runs(), { begun: 0, ended: 0 })
})

test('an agent killed in the middle of many commands runs each of them once', async (t) => {
  const world = await frozenWorld(t, ['--command-workers', '3'])
  const commands: MarkedCommand[] = []
  for (let index = 0; index < 6; index++) commands.push(await world.send())
  for (const command of commands.slice(0, 3)) await command.begun()
  await eventually(() => (activeOf(world.agent.stateDirectory, commands) === 6 ? true : undefined), 'six are on disk')
  await world.agent.kill()
  for (const command of commands) command.release()
  await world.agent.start()

  for (const command of commands) {
    assert.equal((await world.settled(command.commandId)).status, 'Success')
    assert.deepEqual(command.runs(), once)
  }
})

function jobOf(seen: readonly { readonly frame: Frame }[], commandId: string): boolean {
  return seen.some(
    ({ frame }) => frame.messageType === 'agent_job' && decodeAgentJob(frame.payload).commandId === commandId,
  )
}

function isCancel({ messageType, payload }: Frame): boolean {
  return messageType === 'agent_job' && decodeAgentJob(payload).kind === 'cancelCommand'
}

function phaseOf(stateDirectory: string, commandId: string): unknown {
  const record: unknown = JSON.parse(readFileSync(join(stateDirectory, 'active', `${commandId}.json`), 'utf8'))
  return typeof record === 'object' && record !== null && 'phase' in record ? record.phase : undefined
}

function activeOf(stateDirectory: string, commands: readonly { readonly commandId: string }[]): number {
  return commands.filter(({ commandId }) => {
    try {
      return phaseOf(stateDirectory, commandId) !== undefined
    } catch {
      return false // not there yet
    }
  }).length
}
