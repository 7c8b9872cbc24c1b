import {
  asObject,
  type Members,
  MessageError,
  readList,
  readOptionalText,
  readPayload,
  readPosition,
  readText,
  writePayload,
} from './message-members.ts'

/** What an agent wants its client to do before the session begins, in this order. */
export interface HandshakeRequest {
  /** Exactly four numbers; from anything else Amazon's client takes it that there is no multiplexing. */
  readonly agentVersion: string
  /** Which agent it is, from agents that are not Amazon's; Amazon's client passes over it. */
  readonly agentName?: string
  readonly actions: readonly RequestedAction[]
}

export type RequestedAction =
  | {
      readonly kind: 'sessionType'
      readonly sessionType: string
      /** The document's properties with their parameters put in; null for shells. */
      readonly properties: Members | null
    }
  | {
      readonly kind: 'kmsEncryption'
      readonly keyId: string
      /** Random text for the encryption context, from agents 3.3 on; else empty. */
      readonly challenge: string
    }
  | { readonly kind: 'unknown'; readonly actionType: string }

/** The last word of the handshake, from the agent. */
export interface HandshakeComplete {
  readonly tookNanoseconds: number
  /** The client prints it if it isn't empty: before the data, even when a program reads that. */
  readonly customerMessage: string
}

const longestRequest = 65_536
const mostActions = 16

export function encodeHandshakeRequest(request: HandshakeRequest): Uint8Array {
  const { agentVersion, agentName, actions } = request
  return writePayload({
    AgentVersion: agentVersion,
    ...(agentName === undefined ? {} : { AgentName: agentName }),
    RequestedClientActions: actions.map(writeAction),
  })
}

export function decodeHandshakeRequest(payload: Uint8Array): HandshakeRequest {
  const members = readPayload(payload, longestRequest)
  const agentName = readOptionalText(members, 'AgentName', 64)
  return {
    agentVersion: readText(members, 'AgentVersion', 64),
    ...(agentName === '' ? {} : { agentName }),
    actions: readList(members, 'RequestedClientActions', mostActions).map(readAction),
  }
}

export function encodeHandshakeComplete(complete: HandshakeComplete): Uint8Array {
  return writePayload({
    HandshakeTimeToComplete: complete.tookNanoseconds,
    CustomerMessage: complete.customerMessage,
  })
}

export function decodeHandshakeComplete(payload: Uint8Array): HandshakeComplete {
  const members = readPayload(payload, longestRequest)
  return {
    tookNanoseconds: readPosition(members, 'HandshakeTimeToComplete'),
    customerMessage: readOptionalText(members, 'CustomerMessage', 16_384),
  }
}

function writeAction(action: RequestedAction): Members {
  switch (action.kind) {
    case 'sessionType':
      return {
        ActionType: 'SessionType',
        ActionParameters: { SessionType: action.sessionType, Properties: action.properties },
      }
    case 'kmsEncryption': {
      const challenge = action.challenge === '' ? {} : { Challenge: action.challenge }
      return { ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId: action.keyId, ...challenge } }
    }
    case 'unknown':
      throw new MessageError(`the action ${action.actionType} can't be asked for`)
  }
}

function readAction(value: unknown): RequestedAction {
  const members = asObject(value, 'an action')
  const actionType = readText(members, 'ActionType', 64)
  if (actionType !== 'SessionType' && actionType !== 'KMSEncryption') return { kind: 'unknown', actionType }
  const parameters = asObject(members['ActionParameters'], 'ActionParameters')
  if (actionType === 'KMSEncryption') {
    const challenge = readOptionalText(parameters, 'Challenge', 1024)
    return { kind: 'kmsEncryption', keyId: readText(parameters, 'KMSKeyId', 2048), challenge }
  }
  const properties = parameters['Properties'] ?? null
  return {
    kind: 'sessionType',
    sessionType: readText(parameters, 'SessionType', 64),
    properties: properties === null ? null : asObject(properties, 'Properties'),
  }
}
