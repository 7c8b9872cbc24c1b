import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { nodeArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { AgentReport, PlatformType } from '../../domain/managed-node.ts'
import type { Context, Operation } from '../operation.ts'
import { requireOwnNode } from '../own-node.ts'

type Input = InputOf<'ssm', 'UpdateInstanceInformation'>
type Output = OutputOf<'ssm', 'UpdateInstanceInformation'>

/**
 * UpdateInstanceInformation: the agent's ping, every five minutes, with what it knows of its machine.
 * If its first one fails, Amazon's agent does nothing for five minutes (agent reference, 10.5).
 */
export const updateInstanceInformation: Operation<Input, Output> = {
  service: 'ssm',
  name: 'UpdateInstanceInformation',
  action: 'ssm:UpdateInstanceInformation',

  resources: ({ InstanceId }, scope) => [
    { resource: nodeArn(scope, InstanceId), tagsOf: { type: 'ManagedInstance', id: InstanceId } },
  ],

  async handle(input, context) {
    const { InstanceId: nodeId } = input
    requireOwnNode(context.caller, nodeId, this.action)
    const report = reportOf(input, input.PlatformType ?? (await knownPlatform(nodeId, context)))
    if (await context.store.nodes.saveReport(nodeId, report, context.now())) return {}
    throw new ServiceError('InvalidInstanceId', `${nodeId} is not a managed node of this account.`)
  },
}

function reportOf(input: Input, platformType: PlatformType): AgentReport {
  return {
    agentName: input.AgentName ?? 'amazon-ssm-agent',
    agentVersion: input.AgentVersion,
    agentStatus: input.AgentStatus,
    platformType,
    platformName: input.PlatformName,
    platformVersion: input.PlatformVersion,
    computerName: input.ComputerName,
    ipAddress: input.IPAddress,
    connectionChannel: input.SSMConnectionChannel,
  }
}

async function knownPlatform(nodeId: string, { store }: Context): Promise<PlatformType> {
  const node = await store.nodes.findNode(nodeId)
  if (node?.report) return node.report.platformType
  throw new ServiceError(
    'ValidationException',
    "1 validation error detected: Value null at 'platformType' failed to satisfy constraint: Member must not be null",
  )
}
