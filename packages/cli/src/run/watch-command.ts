import { ApiError, isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CommandNews } from './command-news.ts'
import { pollCommand } from './poll-command.ts'

/** So long the server may hold an answer back while there is no news. Nodes that are lost are looked for in between. */
const [firstWaitSeconds, longestWaitSeconds] = [1, 10]

export interface WatchParts {
  readonly surroundings: Pick<Surroundings, 'pause'>
  readonly signal: AbortSignal
  /** What nodes write is to be told as it comes. */
  readonly withOutput: boolean
}

/**
 * Tells how a command goes on until it has ended, each end of a node once. Where the server knows no WatchCommand, or has too
 * many who watch, by asking again and again, and then without output.
 */
export async function* watchCommand(
  ask: Ask,
  commandId: string,
  { surroundings, signal, withOutput }: WatchParts,
): AsyncGenerator<CommandNews, void, void> {
  const known = new Set<string>()
  try {
    for await (const news of longPolls(ask, commandId, withOutput, signal)) {
      for (const { nodeId } of news.ended) known.add(nodeId)
      yield news
    }
    return
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  yield* pollCommand(ask, commandId, surroundings, signal, known)
}

async function* longPolls(
  ask: Ask,
  CommandId: string,
  WithOutput: boolean,
  signal: AbortSignal,
): AsyncGenerator<CommandNews, void, void> {
  let NextToken: string | undefined
  let WaitSeconds = 0
  do {
    const input = { CommandId, NextToken, WithOutput, WaitSeconds }
    const answer = await ask(async (api) => {
      try {
        return await api.fairlead('WatchCommand', input, signal)
      } catch (error) {
        if (error instanceof ApiError && /Throttling/.test(error.code)) return error
        throw error
      }
    })
    // Not to be asked again: there are too many who watch, and other ways to look.
    if (answer instanceof ApiError) throw answer
    const { TargetCount: target = 0, CompletedCount: completed = 0, ErrorCount: failed = 0 } = answer
    const { Ended: ended = [], Output: output = [] } = answer
    yield {
      counts: { target, completed, failed },
      ended: ended.map(({ InstanceId: nodeId = '', Status: status = '', StatusDetails: details = status }) => ({
        nodeId,
        status,
        details,
      })),
      output: output.map(({ InstanceId: nodeId = '', PluginName: step = '', Stream: stream = 'stdout', ...piece }) => ({
        nodeId,
        step,
        stream,
        offset: piece.Offset ?? 0,
        text: piece.Text ?? '',
        missed: piece.Missed ?? 0,
      })),
    }
    const hasNews = ended.length > 0 || output.length > 0
    WaitSeconds = hasNews ? firstWaitSeconds : Math.min(longestWaitSeconds, Math.max(firstWaitSeconds, 2 * WaitSeconds))
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
}
