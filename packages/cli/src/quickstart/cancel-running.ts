import type { ApiClient } from '../api/api-client.ts'
import type { Surroundings } from '../surroundings.ts'
import { until } from './until.ts'

const limitMs = 3_000

/**
 * Cancels what still runs on the node and waits until it has ended. An agent leaves its commands running when it stops,
 * as it must; a sandbox that is closed should not.
 */
export async function cancelRunning(client: ApiClient, nodeId: string, surroundings: Surroundings): Promise<void> {
  const running = async () => {
    const { Commands: commands = [] } = await client.ssm('ListCommands', {
      InstanceId: nodeId,
      Filters: [{ key: 'Status', value: 'InProgress' }],
    })
    return commands.flatMap(({ CommandId: id }) => (id === undefined ? [] : [id]))
  }
  const commandIds = await running()
  if (commandIds.length === 0) return
  for (const CommandId of commandIds) await client.ssm('CancelCommand', { CommandId })
  const look = async () => ((await running()).length === 0 ? true : undefined)
  await until(look, surroundings, limitMs, `Commands of the sandbox node still run: ${commandIds.join(', ')}`)
}
