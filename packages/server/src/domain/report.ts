import {
  advance,
  type Invocation,
  type InvocationDetails,
  isOver,
  isTerminal,
  type PluginRecord,
} from './invocation.ts'

/** A reply whose outputs are stored already. */
export interface Report {
  readonly documentStatus: string
  readonly trace: string
  readonly steps: readonly PluginRecord[]
}

const detailsOf: Readonly<Record<string, InvocationDetails | undefined>> = {
  Success: 'Success',
  Failed: 'Failed',
  TimedOut: 'ExecutionTimedOut',
  Cancelled: 'Cancelled',
}

/**
 * What a report makes of an invocation, or undefined when it is no news. Replies of steps and of the
 * document overtake each other and come again (agent reference, 6.5), so steps are merged by name, an
 * end is final, and nothing goes back to InProgress. A step may still be filled in after the agent's
 * own end, but not after the server has given the invocation up: what was answered as final stays.
 */
export function afterReport(invocation: Invocation, report: Report, at: Date): Invocation | undefined {
  const plugins = mergeSteps(invocation.plugins, report.steps)
  if (isTerminal(invocation.status)) {
    return plugins && endedByAgent(invocation) ? changed(invocation, { plugins }) : undefined
  }

  // Its reboot is not an end: the agent goes on with the same step afterwards and reports again.
  const details = detailsOf[report.documentStatus]
  const news = { ...(plugins && { plugins }), ...(report.trace !== '' && { trace: report.trace }) }
  if (details) return advance(invocation, details, at, { ...news, deliveredAt: invocation.deliveredAt ?? at })

  // A reply proves delivery, also when the acknowledgement was lost.
  if (invocation.deliveredAt === undefined) {
    return advance(invocation, 'InProgress', at, { ...news, deliveredAt: at })
  }
  return plugins && changed(invocation, { plugins })
}

/** What of a report is new. An ended step never changes again. */
export function newSteps<Step extends Pick<PluginRecord, 'step' | 'status'>>(
  known: readonly Pick<PluginRecord, 'step' | 'status'>[],
  reported: readonly Step[],
): readonly Step[] {
  const room = mostSteps - known.length
  const before = new Map(known.map(({ step, status }) => [step, status]))
  return reported
    .filter(({ step, status }) => {
      const was = before.get(step)
      return was === undefined || (!isOver(was) && isOver(status))
    })
    .slice(0, Math.max(room, 0))
}

/** The new list, or undefined when nothing in it is new. */
function mergeSteps(known: readonly PluginRecord[], reported: readonly PluginRecord[]): PluginRecord[] | undefined {
  const news = newSteps(known, reported)
  if (news.length === 0) return undefined
  return [...new Map([...known, ...news].map((record) => [record.step, record])).values()]
}

/** Documents hold far fewer; this bounds what an agent that lies can make us store. */
const mostSteps = 100

/** Whether the agent said so itself: it took the command, and what ended is none of the server's own ends. */
function endedByAgent({ deliveredAt, details }: Invocation): boolean {
  return deliveredAt !== undefined && Object.values(detailsOf).includes(details)
}

function changed(invocation: Invocation, changes: Pick<Invocation, 'plugins'>): Invocation {
  return { ...invocation, ...changes, version: invocation.version + 1 }
}
