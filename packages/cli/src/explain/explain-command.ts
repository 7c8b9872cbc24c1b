import type { ExplainRequestResponse } from '@fairlead/wire/model/generated/fairlead'
import { ApiError } from '../api/api-error.ts'
import { CliError } from '../cli-error.ts'
import { sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import { decisionText } from './decision-text.ts'

export interface ExplainOptions {
  readonly json?: boolean
  readonly dataDir?: string
}

/** `fairlead explain REQUEST-ID`. */
export async function explainCommand(
  requestId: string,
  { json, dataDir }: ExplainOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout } = surroundings
  const explained = await ask(requestId, dataDir, surroundings)
  if (json === true) {
    stdout.write(`${JSON.stringify(explained, undefined, 2)}\n`)
    return
  }
  const { Request = {}, Decisions = [], MoreDecisions = 0 } = explained
  const paint = painter(stdout, surroundings)
  const { CallerArn = '', Operation = '', SourceIp = '', Date: date, ErrorCode, ErrorMessage } = Request
  const who = CallerArn === '' ? 'Somebody who did not say who' : CallerArn
  stdout.write(`${paint('bold', who)} called ${paint('bold', Operation)} from ${SourceIp}`)
  stdout.write(`${date === undefined ? '' : ` at ${date.toISOString()}`}.\n`)
  if (ErrorCode !== undefined) stdout.write(`The answer was ${ErrorCode}: ${ErrorMessage}\n`)
  if (Decisions.length === 0) stdout.write('\nIt came to no decision of policies.\n')
  for (const decision of Decisions) stdout.write(`\n${decisionText(decision, CallerArn, paint)}\n`)
  if (MoreDecisions > 0) stdout.write(`\nAnd ${MoreDecisions} more decisions, which were not kept.\n`)
}

async function ask(
  RequestId: string,
  dataDir: string | undefined,
  surroundings: Surroundings,
): Promise<ExplainRequestResponse> {
  const api = await sessionServer(dataDir, surroundings).client()
  try {
    return await api.fairlead('ExplainRequest', { RequestId })
  } catch (cause) {
    if (cause instanceof ApiError && cause.code === 'DoesNotExistException') {
      const hint = 'It is the x-amzn-RequestId of an answer, and audits are kept for --history-days.'
      throw new CliError(`The audit knows no request ${RequestId}. ${hint}`, { cause })
    }
    throw cause
  }
}
