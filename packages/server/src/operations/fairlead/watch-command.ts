import type { WatchCommandRequest, WatchCommandResponse } from '@fairlead/wire/model/generated/fairlead'
import { accountWideArn } from '../../domain/arn.ts'
import { type Command, errorsIn } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'
import { TooManyWatches, type WatchedCommand } from '../../domain/command-watches.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context, Operation } from '../operation.ts'
import { WatchPage } from './watch-page.ts'
import { firstPlace, readWatchToken, watchToken } from './watch-place.ts'

const longestWaitSeconds = 20
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

  async handle(input, context) {
    const { CommandId: commandId, NextToken, WaitSeconds = longestWaitSeconds, WithOutput: withOutput = true } = input
    const command = await findCommand(commandId, context)
    const watched = await watch(command, context)
    const nodes = watched.nodeIds.length
    const place = NextToken === undefined ? firstPlace(nodes) : readWatchToken(NextToken, commandId, nodes)
    if (withOutput) watched.read(place.read)
    const page = new WatchPage(command, watched, place, withOutput)
    const isNews = await watched.news(() => page.hasNews || nodes === 0, WaitSeconds * 1000, context.signal)
    if (isNews && WaitSeconds > 0 && !page.hasMuch) await watched.gathered(gatherMs, context.signal)
    await page.fill(context)
    const isOver = place.told.count === nodes
    return {
      ...describe(await findCommand(commandId, context)),
      Ended: page.ended,
      Output: page.output,
      NextToken: isOver ? undefined : watchToken(commandId, place),
    }
  },
}

async function findCommand(commandId: string, { store }: Context): Promise<Command> {
  const command = await store.commands.findCommand(commandId)
  if (!command) throw new ServiceError('InvalidCommandId', '')
  return command
}

async function watch({ commandId, counts }: Command, { commandWatches }: Context): Promise<WatchedCommand> {
  try {
    return await commandWatches.watch(commandId, counts)
  } catch (error) {
    if (!(error instanceof TooManyWatches)) throw error
    throw new ServiceError('ThrottlingException', 'Rate exceeded', { cause: error })
  }
}

function describe(command: Command): WatchCommandResponse {
  const { status, details } = commandStatus(command)
  const { counts } = command
  return {
    Status: status,
    StatusDetails: details,
    TargetCount: counts.target,
    CompletedCount: counts.completed,
    ErrorCount: errorsIn(counts),
    DeliveryTimedOutCount: counts.deliveryTimedOut,
  }
}
