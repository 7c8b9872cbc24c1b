import { refusalOf } from '@fairlead/wire/refusal-code'
import { advance, type Invocation } from './invocation.ts'

/** What an agent_job_ack makes of an invocation. */
export interface Acknowledgement {
  readonly statusCode: string
  readonly at: Date
}

/** Whether the agent has the command, be it since now or since an earlier time. */
export function isTaken(statusCode: string): boolean {
  const refusal = refusalOf(statusCode)
  return !refusal || refusal.remedy === 'delivered'
}

/** The invocation after an acknowledgement, or undefined when it is no news. */
export function afterAcknowledgement(invocation: Invocation, ack: Acknowledgement): Invocation | undefined {
  // A duplicate was delivered before: it must not be sent again either.
  if (isTaken(ack.statusCode)) return afterDelivery(invocation, ack)
  const refusal = refusalOf(ack.statusCode)
  if (!refusal || invocation.deliveredAt !== undefined) return undefined
  // It stays in the queue; being told so again is no news.
  if (refusal.remedy === 'redeliver') return advance(invocation, 'Delayed', ack.at)
  return advance(invocation, 'Failed', ack.at, { trace: `The agent refused the command: ${refusal.meaning}.` })
}

/** The agent has it: from now on it must not be sent again. */
function afterDelivery(invocation: Invocation, { at }: Acknowledgement): Invocation | undefined {
  if (invocation.deliveredAt !== undefined) return undefined
  return advance(invocation, 'InProgress', at, { deliveredAt: at })
}
