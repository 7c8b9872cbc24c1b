import type { CancelCommandRequest, CancelCommandResult } from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { advance } from '../../domain/invocation.ts'
import type { CommandStore } from '../../store/command-store.ts'
import type { Context, Operation } from '../operation.ts'
import { invalidNodes } from './node-selection.ts'

const nodesAtOnce = 500

/**
 * CancelCommand: what no agent has ends at once; what an agent has is Cancelling until its agent says
 * how it ended. Cancelling what has ended is a success without effect.
 */
export const cancelCommand: Operation<CancelCommandRequest, CancelCommandResult> = {
  service: 'ssm',
  name: 'CancelCommand',
  action: 'ssm:CancelCommand',
  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle({ CommandId: commandId, InstanceIds: nodeIds = [] }, context) {
    const { commands } = context.store
    if (!(await commands.findCommand(commandId))) {
      throw new ServiceError('InvalidCommandId', `Command ${commandId} does not exist.`)
    }
    if (nodeIds.length > 0) {
      await checkNodes(commandId, nodeIds, context)
      await cancelOn(commandId, nodeIds, context)
    } else {
      await commands.requestCancel(commandId, context.now())
      // The undelivered ones first: each of them that waits longer may yet be sent.
      for await (const page of unfinished(commands, commandId, false)) await cancelOn(commandId, page, context)
      for await (const page of unfinished(commands, commandId, true)) await cancelOn(commandId, page, context)
    }
    return {}
  },
}

async function checkNodes(commandId: string, nodeIds: readonly string[], { store, scope }: Context): Promise<void> {
  if (new Set(nodeIds).size < nodeIds.length) {
    throw new ServiceError('DuplicateInstanceId', 'A node may be named once.')
  }
  const invocations = await Promise.all(nodeIds.map((nodeId) => store.commands.findInvocation(commandId, nodeId)))
  const strangers = nodeIds.filter((_, index) => invocations[index] === undefined)
  if (strangers.length > 0) throw invalidNodes(strangers, scope)
}

async function cancelOn(commandId: string, nodeIds: readonly string[], { store, now }: Context): Promise<void> {
  const { commands } = store
  await commands.endUndelivered({ commandId, nodeIds, details: 'Cancelled', at: now() })
  await Promise.all(nodeIds.map((nodeId) => askToStop(commands, commandId, nodeId, now())))
}

/** Tries again when the invocation moves meanwhile: it can do so a few times only, and only towards its end. */
async function askToStop(commands: CommandStore, commandId: string, nodeId: string, at: Date): Promise<void> {
  for (;;) {
    const invocation = await commands.findInvocation(commandId, nodeId)
    const next = invocation && advance(invocation, 'Cancelling', at)
    if (!next || (await commands.saveInvocation(invocation, next))) return
  }
}

async function* unfinished(
  commands: CommandStore,
  commandId: string,
  delivered: boolean,
): AsyncIterable<readonly string[]> {
  let after: string | undefined
  do {
    const page = await commands.unfinishedNodes(commandId, { limit: nodesAtOnce, after, delivered })
    yield page.items
    after = page.next
  } while (after !== undefined)
}
