import { advance, type Invocation } from '../domain/invocation.ts'
import type { CommandStore } from '../store/command-store.ts'

const batch = 200

/**
 * Ends what has expired. All of it is DeliveryTimedOut, also what an agent took: that a command ran too long only its
 * agent can say (user guide, "How Systems Manager reports timeouts"). Answers those that an agent took and may still be at
 * work on.
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
  const trace = invocation.deliveredAt && 'The agent took the command, and had not said how it ended when it expired.'
  const next = advance(invocation, 'DeliveryTimedOut', now, { ...(trace !== undefined && { trace }) })
  if (!next) return undefined
  return (await commands.saveInvocation(invocation, next)) ? next : undefined
}
