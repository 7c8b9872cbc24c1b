import type { ApiClient } from '../api/api-client.ts'
import { CliError } from '../cli-error.ts'
import type { Surroundings } from '../surroundings.ts'
import { endedInvocation } from './ended-invocation.ts'
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
  const look = () => endedInvocation(client, commandId, nodeId)
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
