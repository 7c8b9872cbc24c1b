import type { ApiClient } from '../api/api-client.ts'
import type { Surroundings } from '../surroundings.ts'
import { endedInvocation } from './ended-invocation.ts'
import { until } from './until.ts'

const limitMs = 3_000

/**
 * Cancels what still runs on the node and waits until it has ended. An agent leaves its commands running when it stops,
 * as it must; a sandbox that is closed should not.
 */
export async function cancelRunning(client: ApiClient, nodeId: string, surroundings: Surroundings): Promise<void> {
  const { Commands: commands = [] } = await client.ssm('ListCommands', {
    InstanceId: nodeId,
    Filters: [{ key: 'Status', value: 'InProgress' }],
  })
  const commandIds = commands.flatMap(({ CommandId: id }) => (id === undefined ? [] : [id]))
  for (const CommandId of commandIds) await client.ssm('CancelCommand', { CommandId })
  for (const commandId of commandIds) {
    const look = () => endedInvocation(client, commandId, nodeId)
    await until(look, surroundings, limitMs, `Command ${commandId} of the sandbox node runs on.`)
  }
}
