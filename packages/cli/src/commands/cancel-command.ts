import { ApiError, isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { valueBatches } from '../nodes/value-batches.ts'
import { commandOf, isCommandId, noCommand } from '../run/command-of.ts'
import { hasEnded } from '../run/node-outcome.ts'
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
  const ended = await howItEnded(ask, CommandId)
  if (ended !== undefined) {
    if (json) stdout.write(`${JSON.stringify({ commandId: CommandId, nodeIds: [], ended })}\n`)
    else stderr.write(`It has ended already: ${ended}. fairlead commands ${CommandId} tells how.\n`)
    return
  }
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

/** Undefined while it runs, and when nobody may tell: to cancel is allowed by itself. */
async function howItEnded(ask: Ask, commandId: string): Promise<string | undefined> {
  try {
    const { Status: status, StatusDetails: details = status } = await commandOf(ask, commandId)
    return status !== undefined && hasEnded({ status }) ? details : undefined
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
