import { advance, type Invocation } from '../domain/invocation.ts'
import type { CommandStore } from '../store/command-store.ts'

const batch = 200

/**
 * Ends what has passed its deadline: undelivered ones were not delivered in time, delivered ones did
 * not finish. Answers the delivered ones that it ended, whose agents may still be at work.
 */
export async function endOverdue(commands: CommandStore, now: Date): Promise<readonly Invocation[]> {
  const running: Invocation[] = []
  for (;;) {
    const overdue = await commands.overdue(now, batch)
    const ended = await Promise.all(overdue.map((invocation) => end(commands, invocation, now)))
    for (const invocation of ended) if (invocation?.deliveredAt) running.push(invocation)
    // Those that moved meanwhile are looked at the next time.
    if (overdue.length < batch || !ended.some((invocation) => invocation)) return running
  }
}

async function end(commands: CommandStore, invocation: Invocation, now: Date): Promise<Invocation | undefined> {
  const next = advance(invocation, invocation.deliveredAt ? 'ExecutionTimedOut' : 'DeliveryTimedOut', now)
  if (!next) return undefined
  return (await commands.saveInvocation(invocation, next)) ? next : undefined
}
