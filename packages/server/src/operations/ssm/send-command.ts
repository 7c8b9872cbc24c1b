import type { SendCommandRequest, SendCommandResult } from '@fairlead/wire/model/generated/ssm'
import { documentArn } from '../../domain/arn.ts'
import { type Command, countsOf, countsOfNone, expiryOf } from '../../domain/command.ts'
import type { Document } from '../../domain/document.ts'
import { documentName } from '../../domain/document-catalogue.ts'
import { ServiceError } from '../../domain/error.ts'
import { executionTimeoutSeconds } from '../../domain/execution-timeout.ts'
import { type Invocation, statusOfDetails } from '../../domain/invocation.ts'
import { contentOf, longestContent } from '../../domain/job.ts'
import { type ParameterTests, typeParameters } from '../../domain/parameters.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, Context, Operation } from '../operation.ts'
import { bucketChecks, readSettings, serviceRoleChecks } from './command-settings.ts'
import { describeCommand } from './describe-command.ts'
import { findCommandDocument } from './find-command-document.ts'
import { namedNodes, nodeCheck, type SelectedNode, targetedNodes } from './node-selection.ts'
import { type PreparedCommand, rehearseCommand } from './rehearse-command.ts'
import { openReferences } from './stored-references.ts'

const defaultTimeoutSeconds = 3600

/**
 * SendCommand: run a document on managed nodes.
 *
 * Replies once the command is stored. The dispatcher hands the invocations to the nodes later, so a
 * node that is offline now still gets its turn.
 */
export const sendCommand: Operation<SendCommandRequest, SendCommandResult> = {
  service: 'ssm',
  name: 'SendCommand',
  action: 'ssm:SendCommand',

  // AWS wants permission on the document and on every node, not on either.
  resources(input, scope) {
    const document = documentCheck(input.DocumentName, scope)
    const nodes = (input.InstanceIds ?? []).map((nodeId) => nodeCheck(nodeId, scope))
    return [document, ...nodes, ...bucketChecks(input, document), ...serviceRoleChecks(input)]
  },

  async handle(input, context) {
    const { command, content, nodes } = await prepare(input, context)
    const { store, maxPendingInvocations } = context
    const invocations = nodes.map((node) => newInvocation(command, node))
    let counted: Command = { ...command, counts: countsOf(invocations) }
    if (!(await store.commands.addCommand(counted, content, invocations, maxPendingInvocations))) {
      counted = { ...command, isRateExceeded: true, counts: countsOfNone(nodes.length) }
      await store.commands.addCommand(counted, content, [])
    }
    // AWS answers Pending whatever becomes of it, with no target too.
    return { Command: { ...describeCommand(counted), Status: 'Pending', StatusDetails: 'Pending' } }
  },

  async rehearse(input, context) {
    const checks = this.resources(input, context.scope, context.caller)
    return await rehearseCommand(input, checks, () => prepare(input, context), context)
  },
}

/** All that can be refused, before anything is stored. */
async function prepare(input: SendCommandRequest, context: Context): Promise<PreparedCommand> {
  const document = await findCommandDocument(input, context)
  const tests = await openReferences(document, input.Parameters ?? {}, context)
  const settings = await readSettings(input, document.name, context)
  const nodes = await selectNodes(input, document, context)
  const { command, content } = newCommand(input, { document, tests }, context)
  return { command: { ...command, settings }, content, nodes }
}

function documentCheck(nameOrArn: string, scope: Scope): AccessCheck {
  const name = documentName(nameOrArn)
  return { resource: documentArn(scope, name), document: name }
}

async function selectNodes(
  input: SendCommandRequest,
  document: Document,
  context: Context,
): Promise<readonly SelectedNode[]> {
  const { InstanceIds: nodeIds = [], Targets: targets = [] } = input
  if (nodeIds.length > 0 && targets.length > 0) {
    throw new ServiceError('ValidationException', 'InstanceIds and Targets cannot be given together.')
  }
  if (nodeIds.length > 0) return await namedNodes(nodeIds, document, context)
  if (targets.length > 0) return await targetedNodes(targetsOf(input), document, context)
  throw new ServiceError('ValidationException', 'Either InstanceIds or Targets must be given.')
}

function newCommand(
  input: SendCommandRequest,
  { document, tests }: { readonly document: Document; readonly tests: ParameterTests },
  context: Context,
): { command: Command; content: string } {
  const { Parameters: parameters = {}, TimeoutSeconds: timeoutSeconds = defaultTimeoutSeconds } = input
  const typed = typeParameters(document, parameters, tests)
  const runsFor = executionTimeoutSeconds(document.content, typed)
  const commandId = context.newId()
  const requestedAt = context.now()
  const content = contentOf({ commandId, documentName: document.name, content: document.content, parameters: typed })
  if (Buffer.byteLength(content) > longestContent) {
    throw new ServiceError('MaxDocumentSizeExceeded', `Document and parameters are over ${longestContent} bytes.`)
  }
  const command: Command = {
    commandId,
    documentName: document.name,
    documentVersion: input.DocumentVersion ?? '$DEFAULT',
    comment: input.Comment ?? '',
    parameters,
    nodeIds: input.InstanceIds ?? [],
    targets: targetsOf(input),
    requestedAt,
    expiresAt: expiryOf({ requestedAt, timeoutSeconds, executionTimeoutSeconds: runsFor }),
    timeoutSeconds,
    executionTimeoutSeconds: runsFor,
    maxConcurrency: input.MaxConcurrency ?? '50',
    maxErrors: input.MaxErrors ?? '0',
    requestedBy: context.caller.arn,
    counts: countsOf([]),
  }
  return { command, content }
}

function newInvocation(
  { commandId, requestedAt, timeoutSeconds, expiresAt }: Command,
  { nodeId, ended }: SelectedNode,
): Invocation {
  const details = ended ?? 'Pending'
  return {
    commandId,
    nodeId,
    status: statusOfDetails[details],
    details,
    requestedAt,
    deliverBy: secondsAfter(requestedAt, timeoutSeconds),
    expiresAt: ended ? undefined : expiresAt,
    endedAt: ended && requestedAt,
    plugins: [],
    version: 0,
  }
}

function targetsOf({ Targets = [] }: SendCommandRequest): Command['targets'] {
  return Targets.map(({ Key: key = '', Values: values = [] }) => ({ key, values }))
}

function secondsAfter(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000)
}
