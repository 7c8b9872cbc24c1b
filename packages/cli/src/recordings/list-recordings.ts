import type { Recording } from '@fairlead/wire/model/generated/fairlead'
import { ApiError } from '../api/api-error.ts'
import { CliError } from '../cli-error.ts'
import { nodeIdOf } from '../nodes/find-nodes.ts'
import { askServer } from '../session/ask-server.ts'
import { type SessionServer, sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import { recordingTable } from './recording-table.ts'

export interface ListOptions {
  readonly dataDir?: string
  readonly node?: string
  readonly user?: string
  readonly limit: number
  readonly json?: boolean
}

const pageSize = 200

/** `fairlead recordings ls`. */
export async function listRecordings(options: ListOptions, surroundings: Surroundings): Promise<void> {
  const { stdout, stderr } = surroundings
  const { dataDir, node } = options
  const target = node === undefined ? undefined : await nodeIdOf(askServer(dataDir, surroundings), node)
  const { recordings, hasMore } = await newest(options, target, sessionServer(dataDir, surroundings))
  if (options.json === true) {
    stdout.write(`${JSON.stringify(recordings, undefined, 2)}\n`)
    return
  }
  if (recordings.length === 0) {
    stderr.write(
      'There are no recordings yet: shells and commands are recorded while the server runs with --recordings on.\n',
    )
    return
  }
  stdout.write(recordingTable(recordings, stdout.isTTY === true ? stdout.columns : undefined))
  for (const { SessionId, Status, StatusDetails } of recordings) {
    if (Status === 'NotRecorded') stderr.write(`${SessionId}: ${StatusDetails}\n`)
  }
  if (hasMore) stderr.write(`There are more: --limit ${2 * options.limit}\n`)
}

async function newest(
  { user: OwnerName, limit }: ListOptions,
  Target: string | undefined,
  { client }: SessionServer,
): Promise<{ readonly recordings: readonly Recording[]; readonly hasMore: boolean }> {
  const api = await client()
  const recordings: Recording[] = []
  let NextToken: string | undefined
  do {
    const MaxResults = Math.min(pageSize, limit - recordings.length)
    try {
      const answer = await api.fairlead('ListRecordings', { Target, OwnerName, MaxResults, NextToken })
      recordings.push(...(answer.Recordings ?? []))
      NextToken = answer.NextToken
    } catch (cause) {
      throw explained(cause, OwnerName)
    }
  } while (NextToken !== undefined && recordings.length < limit)
  return { recordings, hasMore: NextToken !== undefined }
}

function explained(cause: unknown, user: string | undefined): unknown {
  if (!(cause instanceof ApiError) || cause.code !== 'AccessDeniedException') return cause
  const hint =
    user === undefined
      ? 'You may not list the recordings of everybody. For your own: fairlead recordings ls --user YOUR-USER-NAME'
      : `You may not list the recordings of ${user}. Ask for a policy that allows fairlead:ListRecordings on session/${user}-*.`
  return new CliError(hint, { cause })
}
