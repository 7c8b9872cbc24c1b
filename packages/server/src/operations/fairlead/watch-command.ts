import type { EndedNode, WatchCommandRequest, WatchCommandResponse } from '@fairlead/wire/model/generated/fairlead'
import { accountWideArn } from '../../domain/arn.ts'
import { type Command, errorsIn } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'
import { TooManyWatches, type WatchedCommand } from '../../domain/command-watches.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Invocation } from '../../domain/invocation.ts'
import type { Context, Operation } from '../operation.ts'
import { firstPlace, readWatchToken, type WatchPlace, watchToken } from './watch-place.ts'

const longestWaitSeconds = 20
const mostEnded = 1_000
/** Nodes that end together are told of together; the last one of a command does not wait for others. */
const gatherMs = 25

/**
 * WatchCommand: what has become of a command since the last time, as soon as there is something.
 *
 * Who may see every invocation of a command and its outputs may watch it: it tells nothing else, only earlier.
 */
export const watchCommand: Operation<WatchCommandRequest, WatchCommandResponse> = {
  service: 'fairlead',
  name: 'WatchCommand',
  action: 'ssm:ListCommandInvocations',

  resources: (_input, scope) => [
    { resource: accountWideArn(scope) },
    { resource: accountWideArn(scope), action: 'ssm:GetCommandInvocation' },
  ],

  async handle({ CommandId: commandId, NextToken, WaitSeconds = longestWaitSeconds }, context) {
    const until = context.now().getTime() + WaitSeconds * 1000
    const command = await findCommand(commandId, context)
    const watched = await watch(command, context)
    const nodes = watched.nodeIds.length
    const place = NextToken === undefined ? firstPlace(nodes) : readWatchToken(NextToken, commandId, nodes)
    await newsAfter(place, watched, until, context)
    return answer(await findCommand(commandId, context), place, watched, context)
  },
}

async function findCommand(commandId: string, { store }: Context): Promise<Command> {
  const command = await store.commands.findCommand(commandId)
  if (!command) throw new ServiceError('InvalidCommandId', '')
  return command
}

async function watch({ commandId, counts }: Command, { commandWatches }: Context): Promise<WatchedCommand> {
  try {
    return await commandWatches.watch(commandId, counts.completed)
  } catch (error) {
    if (!(error instanceof TooManyWatches)) throw error
    throw new ServiceError('ThrottlingException', 'Rate exceeded', { cause: error })
  }
}

/** Waits until there is something to tell, and a little longer when there may soon be more. */
async function newsAfter(place: WatchPlace, watched: WatchedCommand, until: number, context: Context): Promise<void> {
  const { now, signal, commandWatches } = context
  const left = () => until - now().getTime()
  while (!watched.isWhole && watched.ended.count === place.told.count && commandWatches.isOpen) {
    if (left() <= 0 || signal.aborted) return
    await watched.changed(watched.changes, left(), signal)
  }
  if (commandWatches.isOpen) await watched.gathered(Math.min(gatherMs, left()), signal)
}

async function answer(
  command: Command,
  place: WatchPlace,
  watched: WatchedCommand,
  { store }: Context,
): Promise<WatchCommandResponse> {
  const { status, details } = commandStatus(command)
  const { counts } = command
  const told = place.told
  const places: number[] = []
  for (const index of watched.ended.without(told)) {
    if (places.length === mostEnded) break
    places.push(index)
  }
  const nodeIds = places.map((index) => watched.nodeIds[index] ?? '')
  const invocations = await store.commands.findInvocations(command.commandId, nodeIds)
  for (const index of places) told.add(index)
  const isOver = told.count === watched.nodeIds.length
  return {
    Status: status,
    StatusDetails: details,
    TargetCount: counts.target,
    CompletedCount: counts.completed,
    ErrorCount: errorsIn(counts),
    DeliveryTimedOutCount: counts.deliveryTimedOut,
    Ended: invocations.map(describeEnd),
    Output: [],
    NextToken: isOver ? undefined : watchToken(command.commandId, place),
  }
}

function describeEnd({ nodeId, status, details, plugins }: Invocation): EndedNode {
  return { InstanceId: nodeId, Status: status, StatusDetails: details, ResponseCode: codeOf(plugins) }
}

/** Of the step that decided how it ended: the first that did not go well, or the last. -1 when none ran. */
function codeOf(plugins: Invocation['plugins']): number {
  const bad = plugins.find(({ status }) => status === 'Failed' || status === 'TimedOut' || status === 'Cancelled')
  return (bad ?? plugins.at(-1))?.code ?? -1
}
