import type { AgentIdentity } from '@fairlead/wire/control-message'
import { agentName, agentVersion } from './agent-version.ts'
import type { Platform } from './health/platform.ts'

/** How the agent signs its replies. */
export function agentIdentity(platform: Platform): AgentIdentity {
  return {
    name: agentName,
    version: agentVersion,
    language: 'en-US',
    os: process.platform,
    osVersion: platform.version,
  }
}

export interface NodeFacts {
  readonly nodeId: string
  readonly region: string
  readonly platform: Platform
  readonly credentialsFile: string
}

/** The variables by which a script learns where it runs; their names are those of Amazon's agent. */
export function scriptVariables({ nodeId, region, platform, credentialsFile }: NodeFacts): Record<string, string> {
  return {
    AWS_SSM_INSTANCE_ID: nodeId,
    AWS_SSM_REGION_NAME: region,
    AWS_SSM_PLATFORM_NAME: platform.name,
    AWS_SSM_PLATFORM_VERSION: platform.version,
    AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
  }
}
