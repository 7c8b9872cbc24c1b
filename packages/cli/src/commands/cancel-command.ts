import { ApiError } from '../api/api-error.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { noCommand } from '../run/command-of.ts'
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
  const InstanceIds = nodes === undefined ? undefined : await nodeIdsOf(ask, nodes)
  try {
    await ask((api) => api.ssm('CancelCommand', { CommandId, InstanceIds }))
  } catch (cause) {
    if (!(cause instanceof ApiError) || !/^(?:InvalidCommandId|ValidationException)$/.test(cause.code)) throw cause
    throw noCommand(CommandId)
  }
  if (json) stdout.write(`${JSON.stringify({ commandId: CommandId, nodeIds: InstanceIds ?? 'all' })}\n`)
  else stderr.write(`Asked to stop. fairlead commands ${CommandId} --watch shows how it ends.\n`)
}
