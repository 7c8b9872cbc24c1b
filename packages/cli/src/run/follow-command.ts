import type { Ask } from '../api/keep-asking.ts'
import type { Surroundings } from '../surroundings.ts'
import { DisconnectedNodes } from './disconnected-nodes.ts'
import { growingLabels } from './node-labels.ts'
import type { RunProgress, RunView } from './run-view.ts'
import { watchCommand } from './watch-command.ts'

/** A node can be gone for minutes before the server says so; its channel is gone at once, and back soon if the node is well. */
const stallMs = 5_000
/** When the server was away all channels are gone, and so long may agents take to come back. */
const comeBackMs = 90_000
const mostNamed = 5

export interface Followed {
  readonly ask: Ask
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
  readonly view: RunView
  /** When the server did not answer last, on the clock of `elapsed`. */
  lastAbsence(): number
  /** What is known to be offline: when no other node is left, there is nothing to wait for. Undefined to wait for all. */
  readonly offline: ReadonlySet<string> | undefined
  /** By node id, also while they are being read; empty when nobody wants to know. */
  readonly names: ReadonlyMap<string, string>
  /** What was before this command, and all that there will be. */
  readonly before: RunProgress
}

/** Shows a command until it has ended, or waits for nodes only that are offline. Answers how far the run is then. */
export async function followCommand(commandId: string, followed: Followed): Promise<RunProgress> {
  const { ask, surroundings, signal, view, names, before, lastAbsence } = followed
  const labelOf = growingLabels(names)
  const nameOf = view.showsIds ? (nodeId: string) => names.get(nodeId) || nodeId : labelOf
  const hasEnded = new Set<string>()
  const offline = new Set(followed.offline)
  const disconnected = new DisconnectedNodes(ask, commandId)
  const watched = { surroundings, signal, withOutput: view.wantsOutput }
  let progress = before
  view.progress(before)
  let changedAt = surroundings.elapsed()
  for await (const { counts, ended, output } of watchCommand(ask, commandId, watched)) {
    for (const piece of output) view.output(piece, nameOf(piece.nodeId))
    for (const node of ended) {
      offline.delete(node.nodeId)
      hasEnded.add(node.nodeId)
      view.ended(node, nameOf(node.nodeId))
    }
    const left = counts.target - counts.completed
    const now = surroundings.elapsed()
    if (before.completed + counts.completed !== progress.completed || output.length > 0) changedAt = now
    progress = {
      total: Math.max(before.total, before.completed + counts.target),
      completed: before.completed + counts.completed,
      failed: before.failed + counts.failed,
      left: left > mostNamed || names.size < counts.target ? [] : unended(names, hasEnded, labelOf),
    }
    view.progress(progress)
    if (followed.offline === undefined || left === 0) continue
    if (left > offline.size && now - changedAt > stallMs && now - lastAbsence() > comeBackMs) {
      changedAt = now
      // The list that they are from is older than what has been told here.
      for (const nodeId of await disconnected.next()) if (!hasEnded.has(nodeId)) offline.add(nodeId)
    }
    if (left <= offline.size) break
  }
  return progress
}

function unended(
  names: ReadonlyMap<string, string>,
  hasEnded: ReadonlySet<string>,
  labelOf: (nodeId: string) => string,
): readonly string[] {
  return [...names.keys()].filter((nodeId) => !hasEnded.has(nodeId)).map(labelOf)
}
