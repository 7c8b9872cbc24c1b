import type { IncomingMessage } from 'node:http'
import type { Protocol, ServiceCodec } from '@fairlead/wire/codec'
import { ServiceError } from '../domain/error.ts'
import type { AnyOperation, Context } from '../operations/operation.ts'
import type { Rehearsal } from '../operations/rehearsal.ts'
import { type Answer, successAnswer } from './reply.ts'

const header = 'x-fairlead-dry-run'

/**
 * Whether a request asks what would happen (decision 14). Whoever writes anything but `1` meant something, and it was
 * perhaps not that things happen: so it is refused.
 */
export function asksForRehearsal({ headers }: IncomingMessage, protocol: Protocol): boolean {
  const value = headers[header]
  if (value === undefined) return false
  if (value === '1') return true
  throw new ServiceError(
    protocol === 'query' ? 'ValidationError' : 'ValidationException',
    `${header} is 1 or not there.`,
  )
}

export async function rehearse(operation: AnyOperation, input: unknown, context: Context): Promise<Rehearsal> {
  if (operation.rehearse !== undefined) return await operation.rehearse(input as never, context)
  const code = operation.service === 'iam' || operation.service === 'sts' ? 'ValidationError' : 'ValidationException'
  throw new ServiceError(code, `${operation.name} has no dry run; SendCommand and StartSession do.`)
}

/** No member of the model's is in it, so that no client takes it for a command that was sent. */
export function rehearsalAnswer(codec: ServiceCodec, rehearsal: Rehearsal): Answer {
  return { ...successAnswer(codec, JSON.stringify({ DryRun: rehearsal }), 200), headers: { [header]: '1' } }
}
