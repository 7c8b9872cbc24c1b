import { setTimeout as pause } from 'node:timers/promises'
import { type ApiClient, ApiError } from '@fairlead/testkit/api-client'

/** What a client that sent commands through the chaos knows for certain. */
export interface Sent {
  /** Command ids that were answered, each with the mark that its script writes. */
  readonly acknowledged: ReadonlyMap<string, string>
  /** Marks of requests whose connection broke: each may have been stored, or not. */
  readonly unanswered: ReadonlySet<string>
}

export interface Sending {
  readonly client: ApiClient
  readonly nodeIds: readonly string[]
  /** Where scripts write `MARK NODE-ID`, one line for each time that one runs. */
  readonly file: string
  readonly random: () => number
  /** Resolves when command number `index` may go out. */
  turnOf(index: number): Promise<unknown>
}

/**
 * Sends commands until `count` of them were answered. A request is never sent again: the next one has a mark of its own, so
 * that a command that came twice can be told from two commands.
 */
export async function sendMarks(count: number, sending: Sending): Promise<Sent> {
  const { client, nodeIds, file, random } = sending
  const acknowledged = new Map<string, string>()
  const unanswered = new Set<string>()
  for (let attempt = 0; acknowledged.size < count; attempt++) {
    await sending.turnOf(acknowledged.size)
    const mark = `mark-${attempt}`
    const both = random() < 0.2
    const first = Math.floor(random() * nodeIds.length)
    // A third of them run long enough to be met by a kill.
    const pauseSeconds = random() < 0.33 ? (random() * 0.4).toFixed(2) : '0'
    try {
      const { Command } = await client.call('ssm', 'SendCommand', {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: both ? [...nodeIds] : [nodeIds[first] ?? ''],
        Comment: mark,
        Parameters: { commands: [`echo "${mark} $AWS_SSM_INSTANCE_ID" >> ${file}`, `sleep ${pauseSeconds}`] },
      })
      acknowledged.set(Command?.CommandId ?? '', mark)
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error
      unanswered.add(mark)
      await pause(20) // the server is down: not a wait for a state, but to leave it the processor
    }
  }
  return { acknowledged, unanswered }
}
