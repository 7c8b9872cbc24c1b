import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'
import { CliError } from '../cli-error.ts'
import type { Surroundings } from '../surroundings.ts'
import { until } from './until.ts'

export const helloLines = [
  'echo "Hello from $(uname -n), a managed node."',
  'echo "It runs $(uname -sr), and this script runs as $(id -un)."',
] as const

export interface HelloResult {
  readonly commandId: string
  /** What the script wrote to its standard output. */
  readonly output: string
  /** From SendCommand until its result was read. */
  readonly tookMs: number
}

const unfinished: ReadonlySet<string> = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling'])
const limitMs = 60_000

/** Runs a script on the node as anyone would: SendCommand, then GetCommandInvocation until it has ended. */
export async function runHello(client: ApiClient, nodeId: string, surroundings: Surroundings): Promise<HelloResult> {
  const from = surroundings.elapsed()
  const { Command: command } = await client.ssm('SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [nodeId],
    Parameters: { commands: helloLines },
    Comment: 'The first command of the quickstart',
  })
  const commandId = command?.CommandId
  if (commandId === undefined) throw new CliError('SendCommand answered without a command.')
  const look = async () => {
    const invocation = await invocationOf(client, commandId, nodeId)
    return unfinished.has(invocation?.Status ?? 'Pending') ? undefined : invocation
  }
  const ended = await until(
    look,
    surroundings,
    limitMs,
    `Command ${commandId} had not ended after ${limitMs / 1000} s.`,
  )
  const tookMs = surroundings.elapsed() - from
  if (ended.Status !== 'Success') {
    const said = (ended.StandardErrorContent || ended.StandardOutputContent) ?? ''
    throw new CliError(
      `Command ${commandId} ended as ${ended.StatusDetails ?? ended.Status}, exit status ${ended.ResponseCode}.\n${said}`,
    )
  }
  return { commandId, output: ended.StandardOutputContent ?? '', tookMs }
}

async function invocationOf(client: ApiClient, commandId: string, nodeId: string) {
  try {
    return await client.ssm('GetCommandInvocation', { CommandId: commandId, InstanceId: nodeId })
  } catch (error) {
    // AWS's own is eventually consistent, and so whoever asks at once must be ready for this.
    if (error instanceof ApiError && error.code === 'InvocationDoesNotExist') return undefined
    throw error
  }
}
