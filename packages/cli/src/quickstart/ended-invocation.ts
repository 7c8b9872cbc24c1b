import type { OutputOf } from '@fairlead/wire/codec'
import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'

const unfinished: ReadonlySet<string> = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling'])

/** What came of a command on a node; undefined as long as it runs or waits. */
export async function endedInvocation(
  client: ApiClient,
  commandId: string,
  nodeId: string,
): Promise<OutputOf<'ssm', 'GetCommandInvocation'> | undefined> {
  try {
    const invocation = await client.ssm('GetCommandInvocation', { CommandId: commandId, InstanceId: nodeId })
    return unfinished.has(invocation.Status ?? 'Pending') ? undefined : invocation
  } catch (error) {
    // AWS's own is eventually consistent, and so whoever asks at once must be ready for this.
    if (error instanceof ApiError && error.code === 'InvocationDoesNotExist') return undefined
    throw error
  }
}
