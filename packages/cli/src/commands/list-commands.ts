import type { Command } from '@fairlead/wire/model/generated/ssm'
import { nodeIdOf } from '../nodes/find-nodes.ts'
import { askServer } from '../session/ask-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { commandTable } from './command-table.ts'

export interface ListCommandsOptions {
  readonly dataDir?: string
  readonly node?: string
  readonly running?: boolean
  readonly limit: number
  readonly json?: boolean
}

const pageSize = 50

/** `fairlead commands`: the newest first. */
export async function listCommands(options: ListCommandsOptions, surroundings: Surroundings): Promise<void> {
  const { stdout, stderr } = surroundings
  const { node, running = false, limit, dataDir, json = false } = options
  const ask = askServer(dataDir, surroundings)
  const InstanceId = node === undefined ? undefined : await nodeIdOf(ask, node)
  const filter = running ? { Filters: [{ key: 'ExecutionStage', value: 'Executing' }] as const } : {}
  const commands: Command[] = []
  let NextToken: string | undefined
  do {
    const page = { InstanceId, ...filter, MaxResults: Math.min(pageSize, limit - commands.length), NextToken }
    const answer = await ask((api) => api.ssm('ListCommands', page))
    commands.push(...(answer.Commands ?? []))
    NextToken = answer.NextToken
  } while (NextToken !== undefined && commands.length < limit)
  if (json) stdout.write(`${JSON.stringify(commands, undefined, 2)}\n`)
  else if (commands.length === 0) stderr.write(running ? 'Nothing runs.\n' : 'There are no commands yet.\n')
  else stdout.write(commandTable(commands, stdout.isTTY === true ? stdout.columns : undefined))
  if (!json && NextToken !== undefined) stderr.write(`There are more: --limit ${2 * limit}\n`)
}
