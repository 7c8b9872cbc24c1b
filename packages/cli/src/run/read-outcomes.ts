import type { CommandInvocation, CommandPlugin } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { honestName } from '../nodes/list-nodes.ts'
import { cutMark, hasEnded, type NodeOutcome, type StepText } from './node-outcome.ts'

const pageSize = 50
/** Where ListCommandInvocations cuts; what is as long, or has both streams in one, is asked for by itself. */
const listedCharacters = 2_500
const bothStreams = '\n----------ERROR-------\n'

/** How a command went on each of its nodes, or on one; outputs are read if they are wanted, of those that have ended. */
export async function* readOutcomes(
  ask: Ask,
  CommandId: string,
  Details = true,
  InstanceId?: string,
): AsyncGenerator<NodeOutcome, void, void> {
  let NextToken: string | undefined
  do {
    const page = { CommandId, InstanceId, Details, MaxResults: pageSize, NextToken }
    const answer = await ask((api) => api.ssm('ListCommandInvocations', page))
    yield* await Promise.all((answer.CommandInvocations ?? []).map((one) => outcomeOf(ask, one)))
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
}

async function outcomeOf(ask: Ask, invocation: CommandInvocation): Promise<NodeOutcome> {
  const { Status: status = 'Pending', StatusDetails: details = status } = invocation
  const { InstanceId: nodeId = '', InstanceName: name = '', CommandPlugins: steps = [] } = invocation
  const outcome = { nodeId, name: honestName(name), status, details }
  if (!hasEnded(outcome)) return { ...outcome, exitCode: undefined, stdout: '', stderr: '', steps: [], isCut: false }
  const texts = await Promise.all(steps.map((step) => textsOf(ask, invocation, step)))
  return {
    ...outcome,
    exitCode: exitCodeOf(steps),
    stdout: texts.map(({ stdout }) => stdout).join(''),
    stderr: texts.map(({ stderr }) => stderr).join(''),
    steps: texts,
    isCut: texts.some(({ isCut }) => isCut),
  }
}

/** Of a document of several steps that of the first one that failed. */
function exitCodeOf(steps: readonly CommandPlugin[]): number | undefined {
  const codes = steps.flatMap(({ ResponseCode: code = -1 }) => (code < 0 ? [] : [code]))
  return codes.find((code) => code !== 0) ?? codes.at(-1)
}

async function textsOf(
  ask: Ask,
  { CommandId = '', InstanceId = '' }: CommandInvocation,
  { Name: PluginName, Output: output = '' }: CommandPlugin,
): Promise<StepText & { readonly isCut: boolean }> {
  const step = PluginName ?? ''
  if (output.length < listedCharacters && !output.includes(bothStreams)) {
    return { step, stdout: output, stderr: '', isCut: output.endsWith(cutMark) }
  }
  const whole = await ask((api) => api.ssm('GetCommandInvocation', { CommandId, InstanceId, PluginName }))
  const { StandardOutputContent: stdout = '', StandardErrorContent: stderr = '' } = whole
  return { step, stdout, stderr, isCut: stdout.endsWith(cutMark) || stderr.endsWith(cutMark) }
}
