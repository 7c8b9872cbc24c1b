import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import type { Surroundings } from '../surroundings.ts'
import type { CommandNews, EndedNode } from './command-news.ts'
import { commandOf } from './command-of.ts'
import { hasEnded } from './node-outcome.ts'
import { readOutcomes } from './read-outcomes.ts'

const [firstPauseMs, longestPauseMs] = [30, 1_000]
/** Of so many nodes or fewer each is looked at whenever one more has ended. */
const fewNodes = 500

/** Tells how a command goes on until it has ended. Asks for the counts, and for the nodes when those say that more have ended. */
export async function* pollCommand(
  ask: Ask,
  commandId: string,
  { pause }: Pick<Surroundings, 'pause'>,
  signal: AbortSignal,
  known: Set<string>,
): AsyncGenerator<CommandNews, void, void> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const counts = countsOf(await commandOf(ask, commandId))
    const isOver = counts.completed >= counts.target
    const looks = counts.completed > known.size && (isOver || counts.target <= fewNodes)
    const ended = looks ? (await endedNodes(ask, commandId)).filter(({ nodeId }) => !known.has(nodeId)) : []
    for (const { nodeId } of ended) known.add(nodeId)
    if (ended.length > 0) pauseMs = firstPauseMs
    yield { counts, ended, output: [] }
    if (isOver) return
    await pause(pauseMs, signal)
  }
}

function countsOf({ TargetCount: target = 0, CompletedCount: completed = 0, ErrorCount: failed = 0 }: Command) {
  return { target, completed, failed }
}

async function endedNodes(ask: Ask, commandId: string): Promise<readonly EndedNode[]> {
  const found: EndedNode[] = []
  for await (const { nodeId, status, details } of readOutcomes(ask, commandId, false)) {
    if (hasEnded({ status })) found.push({ nodeId, status, details })
  }
  return found
}
