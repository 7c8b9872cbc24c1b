import { ApiError } from '../api/api-error.ts'
import { CliError } from '../cli-error.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { askServer } from '../session/ask-server.ts'
import type { Surroundings } from '../surroundings.ts'

export interface CancelOptions {
  readonly dataDir?: string
  readonly nodes?: string
}

/** `fairlead commands cancel`: on all nodes or some. What has ended stays as it is. */
export async function cancelCommand(
  CommandId: string,
  { dataDir, nodes }: CancelOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { stderr } = surroundings
  const ask = askServer(dataDir, surroundings)
  const InstanceIds = nodes === undefined ? undefined : await nodeIdsOf(ask, nodes)
  try {
    await ask((api) => api.ssm('CancelCommand', { CommandId, InstanceIds }))
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.code !== 'InvalidCommandId') throw cause
    throw new CliError(`There is no command ${CommandId}.`, { cause })
  }
  stderr.write(`Asked to stop. fairlead commands ${CommandId} --watch shows how it ends.\n`)
}
