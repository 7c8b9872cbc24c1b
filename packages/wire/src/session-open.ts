import { MessageError, readObject, readOptionalText, readText } from './message-members.ts'

/** What either end sends first on a data channel, as text. Which end it is, the token tells. */
export interface OpenDataChannel {
  readonly requestId: string
  readonly token: string
  /** New for every process of a client, the same at each of its returns; empty from agents. */
  readonly clientId: string
  /** Empty from agents, and from clients before 1.2.677. */
  readonly clientVersion: string
  /** Empty from clients. */
  readonly nodeId: string
}

const schemaVersion = '1.0'

export function encodeClientOpening(open: Omit<OpenDataChannel, 'nodeId'>): string {
  return JSON.stringify({
    MessageSchemaVersion: schemaVersion,
    RequestId: open.requestId,
    TokenValue: open.token,
    ClientId: open.clientId,
    ClientVersion: open.clientVersion,
  })
}

export function encodeAgentOpening(open: Pick<OpenDataChannel, 'requestId' | 'token' | 'nodeId'>): string {
  return JSON.stringify({
    MessageSchemaVersion: schemaVersion,
    RequestId: open.requestId,
    TokenValue: open.token,
    ClientInstanceId: open.nodeId,
    ClientId: '',
  })
}

export function decodeOpenDataChannel(text: string): OpenDataChannel {
  const members = readObject(text, 16_384)
  if (readText(members, 'MessageSchemaVersion', 16) !== schemaVersion) {
    throw new MessageError(`MessageSchemaVersion must be ${schemaVersion}`)
  }
  return {
    requestId: readOptionalText(members, 'RequestId', 64),
    token: readText(members, 'TokenValue', 8192),
    clientId: readOptionalText(members, 'ClientId', 64),
    clientVersion: readOptionalText(members, 'ClientVersion', 64),
    nodeId: readOptionalText(members, 'ClientInstanceId', 128),
  }
}
