import type { NodeListing } from '../../domain/managed-node.ts'

/** What every listing of nodes tells of one. The status is the stored one: what filters find must be what is shown. */
export function describeNode(node: NodeListing) {
  const { nodeId, report } = node
  const isHybrid = nodeId.startsWith('mi-')
  return {
    InstanceId: nodeId,
    Name: node.name,
    PingStatus: node.pingStatus,
    LastPingDateTime: node.lastPingAt,
    AgentVersion: report?.agentVersion,
    PlatformType: report?.platformType,
    PlatformName: report?.platformName,
    PlatformVersion: report?.platformVersion,
    ActivationId: node.activationId,
    IamRole: node.roleName,
    RegistrationDate: node.registeredAt,
    ResourceType: isHybrid ? 'ManagedInstance' : 'EC2Instance',
    // The model knows no empty ones.
    IPAddress: report?.ipAddress || undefined,
    ComputerName: report?.computerName || undefined,
    SourceId: nodeId,
    SourceType: isHybrid ? 'AWS::SSM::ManagedInstance' : 'AWS::EC2::Instance',
  } as const
}
