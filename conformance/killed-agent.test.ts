import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { untilThere } from '@fairlead/testkit/until-there'
import { givenProgram } from '../packages/agent/src/testing/given-program.ts'

test('a command outlives an agent that is killed, and the next agent delivers what it did, once', async (t) => {
  const { server, folder, startAndConnect } = await givenProgram(t)
  const [ran, gate] = [join(folder, 'ran'), join(folder, 'gate')]
  const first = await startAndConnect()
  const commandId = server.sendCommand({
    steps: [[`echo ran >> ${ran}`, untilThere(gate), 'echo done', 'exit 7']],
  })
  await server.until('the start', () => existsSync(ran), 30_000, 5)

  first.child.kill('SIGKILL')
  await first.ended
  const second = await startAndConnect()
  server.sendCommand({ commandId, steps: [['true']] })
  writeFileSync(gate, '')
  const end = await server.endOf(commandId)
  await server.until('the answer to both', () => server.acks.length === 2)
  second.child.kill('SIGTERM')

  assert.equal(end.content.plugins.get('step0')?.code, 7)
  assert.equal(end.content.plugins.get('step0')?.standardOutput, 'done\n')
  assert.equal(readFileSync(ran, 'utf8'), 'ran\n')
  assert.deepEqual(
    server.acks.map((ack) => ack.statusCode),
    ['200', '51405'],
  )
  assert.equal((await second.ended).status, 0)
})

test('a script runs once at most, and every command ends once, however often the agent is killed', async (t) => {
  const { server, folder, startAndConnect } = await givenProgram(t)
  const order = (commandId: string) => ({
    commandId,
    steps: [[`echo ran >> ${join(folder, commandId)}`, 'sleep 0.05']],
  })
  const commandIds = Array.from({ length: 24 }, (_, index) => `command-${index}`)
  const acked = (commandId: string) =>
    server.acks.some((ack) => ack.commandId === commandId && ['200', '51405'].includes(ack.statusCode))
  let agent = await startAndConnect()

  // Kills come at moments that the progress of the commands chooses: after so many messages, whatever they were.
  for (let kill = 0; kill < 6; kill++) {
    const seen = server.acks.length + server.replies.length
    for (const commandId of commandIds.filter((id) => !acked(id)).slice(0, 6)) server.sendCommand(order(commandId))
    await server.until('some messages', () => server.acks.length + server.replies.length > seen + kill)
    agent.child.kill('SIGKILL')
    await agent.ended
    agent = await startAndConnect()
  }
  while (!commandIds.every(acked)) {
    const before = server.acks.length
    const [next = ''] = commandIds.filter((id) => !acked(id))
    server.sendCommand(order(next))
    await server.until('an ack', () => server.acks.length > before)
  }
  const ends = await Promise.all(commandIds.map((commandId) => server.endOf(commandId)))
  agent.child.kill('SIGTERM')
  await agent.ended

  for (const [index, end] of ends.entries()) {
    const file = join(folder, commandIds[index] ?? '')
    assert.equal(end.content.documentStatus, 'Success', end.content.plugins.get('step0')?.standardError ?? '')
    assert.equal(readFileSync(file, 'utf8'), 'ran\n')
  }
  const last = server.replies.filter((reply) => reply.content.documentStatus !== 'InProgress')
  assert.equal(new Set(last.map((reply) => reply.messageId)).size, commandIds.length)
})
