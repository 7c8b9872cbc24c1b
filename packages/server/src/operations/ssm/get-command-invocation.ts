import type { GetCommandInvocationRequest, GetCommandInvocationResult } from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import { elapsed } from '../../domain/elapsed.ts'
import { ServiceError } from '../../domain/error.ts'
import type { PluginRecord } from '../../domain/invocation.ts'
import { cut, stderrCharacters, stdoutCharacters } from '../../domain/output-text.ts'
import type { Operation } from '../operation.ts'
import { describeSettings } from './describe-settings.ts'
import { outputText, pluginName, standingOfStep } from './invocation-steps.ts'
import { outputPlaces } from './output-places.ts'
import { stepsOf } from './steps-of-command.ts'

/** GetCommandInvocation: how one step of a command went on one node. */
export const getCommandInvocation: Operation<GetCommandInvocationRequest, GetCommandInvocationResult> = {
  service: 'ssm',
  name: 'GetCommandInvocation',
  action: 'ssm:GetCommandInvocation',
  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle({ CommandId: commandId, InstanceId: nodeId, PluginName: name }, { store, blobs, scope }) {
    const command = await store.commands.findCommand(commandId)
    const invocation = command && (await store.commands.findInvocation(commandId, nodeId))
    // AWS gives no text with it.
    if (!invocation) throw new ServiceError('InvocationDoesNotExist', '')

    const steps = await stepsOf(command, store.commands)
    const { step, plugin } = chosen(steps, name)
    const record = invocation.plugins.find((known) => known.step === step)
    const [stdout, stderr] = await Promise.all([
      outputText(blobs, record?.stdoutRef ?? record?.outputRef),
      outputText(blobs, record?.stderrRef),
    ])
    const { stdoutUrl, stderrUrl } = outputPlaces(command, nodeId, record, scope.region)
    const { status, details, code } = standingOfStep(invocation, record, steps.length)
    return {
      CommandId: commandId,
      InstanceId: nodeId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.documentVersion,
      PluginName: pluginName(command.documentName, { step, plugin }),
      ResponseCode: code,
      ...timesOf(record),
      Status: status,
      StatusDetails: details,
      StandardOutputContent: cut(stdout, stdoutCharacters),
      StandardOutputUrl: stdoutUrl,
      StandardErrorContent: cut(stderr, stderrCharacters),
      StandardErrorUrl: stderrUrl,
      CloudWatchOutputConfig: describeSettings(command).CloudWatchOutputConfig,
    }
  },
}

interface StepName {
  readonly step: string
  readonly plugin: string
}

/** Which step is meant: by its name, by its plugin's, or the only one there is. */
function chosen(steps: readonly StepName[], name: string | undefined): StepName {
  const [first, ...more] = steps
  if (name === undefined) {
    if (!first || more.length > 0)
      throw new ServiceError('InvalidPluginName', 'The document has several steps: name one.')
    return first
  }
  const found = steps.find(({ step }) => step === name) ?? steps.find(({ plugin }) => plugin === name)
  if (!found) throw new ServiceError('InvalidPluginName', `The document has no step ${name}.`)
  return found
}

function timesOf(record: PluginRecord | undefined): GetCommandInvocationResult {
  const { startedAt, endedAt } = record ?? {}
  return {
    ExecutionStartDateTime: startedAt?.toISOString() ?? '',
    ExecutionElapsedTime: startedAt && endedAt ? elapsed(startedAt, endedAt) : '',
    ExecutionEndDateTime: endedAt?.toISOString() ?? '',
  }
}
