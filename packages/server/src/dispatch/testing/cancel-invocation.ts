import { advance } from '../../domain/invocation.ts'
import type { dispatcherWorld } from './dispatcher-world.ts'

type DispatcherWorld = Pick<Awaited<ReturnType<typeof dispatcherWorld>>, 'clock' | 'commands'>

/** What CancelCommand does: what no agent has is over at once, and what an agent has is Cancelling until it says that it has stopped. */
export async function cancelInvocation(world: DispatcherWorld, commandId: string, nodeId: string): Promise<void> {
  const at = world.clock.now()
  await world.commands.endUndelivered({ commandId, nodeIds: [nodeId], details: 'Cancelled', at })
  const invocation = await world.commands.findInvocation(commandId, nodeId)
  const next = invocation && advance(invocation, 'Cancelling', at)
  if (next) await world.commands.saveInvocation(invocation, next)
}
