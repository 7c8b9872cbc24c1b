import type {
  CommandInvocation,
  CommandPlugin,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
} from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import type { Command } from '../../domain/command.ts'
import type { PluginRecord } from '../../domain/invocation.ts'
import { cut, outputCharacters, together } from '../../domain/output-text.ts'
import type { InvocationRow } from '../../store/command-store.ts'
import type { Context, Operation } from '../operation.ts'
import { boundedFilters, readFilters } from './command-filters.ts'
import { describeSettings } from './describe-settings.ts'
import { filteredPage } from './filtered-page.ts'
import { inDocumentOrder, outputText, pluginName, stepDetails, stepStatus } from './invocation-steps.ts'
import { outputPlaces } from './output-places.ts'
import { pageToken, placeOf } from './page-token.ts'
import { stepsOf } from './steps-of-command.ts'

const listing = 'ListCommandInvocations'
const mostResults = 50

/** ListCommandInvocations: newest command first, with outputs when Details is true. */
export const listCommandInvocations: Operation<ListCommandInvocationsRequest, ListCommandInvocationsResult> = {
  service: 'ssm',
  name: 'ListCommandInvocations',
  action: 'ssm:ListCommandInvocations',
  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, context) {
    const {
      CommandId: commandId,
      InstanceId: nodeId,
      MaxResults: limit = mostResults,
      NextToken,
      Details = false,
    } = input
    const isOfOne = commandId !== undefined || nodeId !== undefined
    const { stored, status, document } = boundedFilters(readFilters(input.Filters, false), isOfOne)
    const { items, next } = await filteredPage(
      { limit, after: placeOf(listing, NextToken) },
      (page) => context.store.commands.listInvocations({ ...stored, commandId, nodeId }, page),
      status === undefined && document === undefined
        ? undefined
        : ({ command, invocation }) =>
            (document === undefined || command.documentName === document) &&
            (status === undefined || invocation.status === status || invocation.details === status),
    )
    const ordered = Details ? await inOrder(items, context) : items
    return {
      CommandInvocations: await Promise.all(ordered.map((row) => describe(row, Details, context))),
      NextToken: pageToken(listing, next),
    }
  },
}

async function inOrder(rows: readonly InvocationRow[], { store }: Context): Promise<readonly InvocationRow[]> {
  // Most pages are about one command; a lone step has an order already.
  const known = new Map<string, Awaited<ReturnType<typeof stepsOf>>>()
  const ordered: InvocationRow[] = []
  for (const { command, invocation } of rows) {
    const { commandId, plugins } = invocation
    if (plugins.length > 1 && !known.has(commandId)) known.set(commandId, await stepsOf(command, store.commands))
    const steps = known.get(commandId) ?? []
    ordered.push({ command, invocation: { ...invocation, plugins: inDocumentOrder(plugins, steps) } })
  }
  return ordered
}

async function describe(
  { command, invocation }: InvocationRow,
  hasDetails: boolean,
  context: Context,
): Promise<CommandInvocation> {
  const { nodeId, plugins } = invocation
  const node = await context.store.nodes.findNode(nodeId)
  // An invocation has them when it has one step alone (CommandInvocation reference).
  const lone = plugins.length === 1 ? plugins[0] : undefined
  const { stdoutUrl, stderrUrl } = outputPlaces(command, nodeId, lone, context.scope.region)
  return {
    CommandId: invocation.commandId,
    InstanceId: nodeId,
    InstanceName: node?.report?.computerName ?? '',
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: invocation.requestedAt,
    Status: invocation.status,
    StatusDetails: invocation.details,
    TraceOutput: cut(invocation.trace ?? '', outputCharacters),
    StandardOutputUrl: stdoutUrl,
    StandardErrorUrl: stderrUrl,
    CommandPlugins: hasDetails
      ? await Promise.all(plugins.map((record) => describeStep(command, nodeId, record, context)))
      : [],
    ...describeSettings(command),
  }
}

async function describeStep(
  command: Command,
  nodeId: string,
  record: PluginRecord,
  { blobs, scope }: Context,
): Promise<CommandPlugin> {
  const { stdoutUrl, stderrUrl, bucket, keyPrefix } = outputPlaces(command, nodeId, record, scope.region)
  const [stdout, stderr, output] = await Promise.all([
    outputText(blobs, record.stdoutRef),
    outputText(blobs, record.stderrRef),
    outputText(blobs, record.outputRef),
  ])
  return {
    Name: pluginName(command.documentName, record),
    Status: stepStatus(record),
    StatusDetails: stepDetails(record),
    ResponseCode: record.code,
    ResponseStartDateTime: record.startedAt,
    ResponseFinishDateTime: record.endedAt,
    Output: output === '' ? together(stdout, stderr) : cut(output, outputCharacters),
    StandardOutputUrl: stdoutUrl,
    StandardErrorUrl: stderrUrl,
    OutputS3Region: scope.region,
    OutputS3BucketName: bucket,
    OutputS3KeyPrefix: keyPrefix,
  }
}
