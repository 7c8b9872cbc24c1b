import { agentName, agentVersion } from '../agent-version.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { RoleKeys } from '../identity/role-keys.ts'
import { readPlatform } from './platform.ts'

/** Tells the server that the node lives and what it runs: UpdateInstanceInformation. */
export async function reportHealth(
  nodeId: string,
  controlPlane: ControlPlane,
  keys: RoleKeys,
  isChannelOpen: boolean,
): Promise<void> {
  const platform = readPlatform()
  await controlPlane.callSsm(
    'UpdateInstanceInformation',
    {
      InstanceId: nodeId,
      AgentName: agentName,
      AgentVersion: agentVersion,
      AgentStatus: 'Active',
      AvailabilityZone: '',
      AvailabilityZoneId: '',
      ComputerName: platform.computerName,
      IPAddress: platform.ipAddress,
      PlatformName: platform.name,
      PlatformType: platform.type,
      PlatformVersion: platform.version,
      SSMConnectionChannel: isChannelOpen ? 'ssmmessages' : '',
    },
    await keys.signer(),
  )
}
