import { ApiError } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'

const mostAsked = 50

/** Nodes that have not had the command and have no channel now, of the first fifty that have not had it. */
export async function disconnectedNodes(ask: Ask, CommandId: string): Promise<readonly string[]> {
  const Filters = [{ key: 'Status', value: 'Pending' }] as const
  const page = { CommandId, Filters, MaxResults: mostAsked }
  const { CommandInvocations = [] } = await ask((api) => api.ssm('ListCommandInvocations', page))
  const found = await Promise.all(
    CommandInvocations.map(async ({ InstanceId: Target = '' }) => ((await isConnected(ask, Target)) ? [] : [Target])),
  )
  return found.flat()
}

async function isConnected(ask: Ask, Target: string): Promise<boolean> {
  try {
    return (await ask((api) => api.ssm('GetConnectionStatus', { Target }))).Status === 'connected'
  } catch (error) {
    // Who may not ask waits for all nodes that looked well.
    if (error instanceof ApiError && error.status < 500) return true
    throw error
  }
}
