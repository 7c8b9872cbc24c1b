import { ApiError } from '../api/api-error.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { valueBatches } from '../nodes/value-batches.ts'
import { isCommandId, noCommand } from '../run/command-of.ts'
import { askServer } from '../session/ask-server.ts'
import type { Surroundings } from '../surroundings.ts'

export interface CancelOptions {
  readonly dataDir?: string
  readonly nodes?: string
  readonly json?: boolean
}

/** `fairlead commands cancel`: on all nodes or some. What has ended stays as it is. */
export async function cancelCommand(
  CommandId: string,
  { dataDir, nodes, json = false }: CancelOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr } = surroundings
  const ask = askServer(dataDir, surroundings)
  if (!isCommandId(CommandId)) throw noCommand(CommandId)
  const nodeIds = nodes === undefined ? undefined : await nodeIdsOf(ask, nodes)
  try {
    for (const InstanceIds of nodeIds === undefined ? [undefined] : valueBatches(nodeIds)) {
      await ask((api) => api.ssm('CancelCommand', { CommandId, InstanceIds }))
    }
  } catch (error) {
    if (error instanceof ApiError && error.code === 'InvalidCommandId') throw noCommand(CommandId)
    throw error
  }
  if (json) stdout.write(`${JSON.stringify({ commandId: CommandId, nodeIds: nodeIds ?? 'all' })}\n`)
  else stderr.write(`Asked to stop. fairlead commands ${CommandId} --watch shows how it ends.\n`)
}
