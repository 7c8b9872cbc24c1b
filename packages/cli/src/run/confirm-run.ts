import type { Surroundings } from '../surroundings.ts'
import type { Person } from '../terminal/person.ts'
import type { ConfirmLimit } from './confirm-above.ts'

export interface Consent {
  /** --yes: enough where nobody has set a limit. */
  readonly yes: boolean
  /** --confirm: as if the number of nodes had been typed. */
  readonly confirm: number | undefined
}

/** Whether a command may go to so many nodes: below the limit, or with the number of them typed. Tells what to do when not. */
export async function confirmRun(
  nodes: number,
  limit: ConfirmLimit,
  { yes, confirm }: Consent,
  { stderr }: Pick<Surroundings, 'stderr'>,
  person: Person,
): Promise<boolean> {
  const isSet = limit.setBy !== undefined
  const say = (text: string) => void stderr.write(`${text}\n`)
  if (confirm !== undefined) {
    if (nodes <= confirm) return true
    say(`Not sent: ${nodes} nodes would have it, and --confirm says ${confirm}.`)
    return false
  }
  if (nodes <= limit.nodes || (yes && !isSet)) return true
  const why = isSet
    ? `${limit.setBy} has to confirm above ${limit.nodes} nodes`
    : `it is for more than ${limit.nodes} nodes`
  if (!person.isThere) {
    say(`Not sent: ${why}, and nobody is at the terminal. --confirm ${nodes}${isSet ? '' : ' or --yes'} sends it.`)
    return false
  }
  const ending = new AbortController()
  const off = person.onInterrupt(() => ending.abort())
  try {
    const line = await person.ask(`Type the number of nodes, ${nodes}, to send it (${why}): `, ending.signal)
    if (line?.trim() === String(nodes)) return true
    say(`${line === undefined ? '\n' : ''}Not sent.`)
    return false
  } finally {
    off()
  }
}
