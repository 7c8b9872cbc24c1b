import { MessageError, readObject, readOptionalText, readText } from './message-members.ts'

/** What an agent sends first on a control channel, as text: the token that CreateControlChannel gave it. */
export interface OpenControlChannel {
  readonly requestId: string
  readonly token: string
  readonly agentVersion: string
  /** `linux`, `windows`, `darwin`; empty if the agent doesn't say. */
  readonly platformType: string
  /** Our agent's own word: it writes a log of each session that only the two ends can read. Amazon's says nothing of it. */
  readonly keepsSessionLogs?: boolean
  /** Our agent's own word: it sends the output of commands that run when it is asked to. Amazon's says nothing of it. */
  readonly sendsLiveOutput?: boolean
}

const schemaVersion = '1.0'

export function encodeOpenControlChannel(open: OpenControlChannel): string {
  return JSON.stringify({
    Cookie: null,
    MessageSchemaVersion: schemaVersion,
    RequestId: open.requestId,
    TokenValue: open.token,
    AgentVersion: open.agentVersion,
    PlatformType: open.platformType,
    ...(open.keepsSessionLogs === true ? { KeepsSessionLogs: true } : {}),
    ...(open.sendsLiveOutput === true ? { SendsLiveOutput: true } : {}),
  })
}

export function decodeOpenControlChannel(text: string): OpenControlChannel {
  const members = readObject(text, 16_384)
  if (readText(members, 'MessageSchemaVersion', 16) !== schemaVersion) {
    throw new MessageError(`MessageSchemaVersion must be ${schemaVersion}`)
  }
  return {
    requestId: readOptionalText(members, 'RequestId', 64),
    token: readText(members, 'TokenValue', 8192),
    agentVersion: readOptionalText(members, 'AgentVersion', 64),
    platformType: readOptionalText(members, 'PlatformType', 32),
    ...(members['KeepsSessionLogs'] === true ? { keepsSessionLogs: true } : {}),
    ...(members['SendsLiveOutput'] === true ? { sendsLiveOutput: true } : {}),
  }
}
