import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { syncPath } from '../disk/durable-file.ts'

test('a command that an agent writes down while it stops is begun by the next one', async (t) => {
  const { server, stateDirectory, stop, restart } = await givenAgent(t)
  const commandId = randomUUID()
  const record = join(stateDirectory, 'active', `${commandId}.json`)
  server.sendCommand({ commandId, steps: [['echo here']] })
  // Between the writing and the answer that it is on disk.
  while (!existsSync(record)) await turn()
  stop()
  for (let looks = 0; looks < 5; looks++) await syncPath(record)

  assert.ok(!existsSync(join(stateDirectory, 'commands', commandId)), 'an agent that was stopped begins nothing')
  await restart()
  const end = await server.endOf(commandId)
  assert.equal(end.content.plugins.get('step0')?.standardOutput, 'here\n')
})
