import { decodeBase64, encodeBase64 } from './base64.ts'
import {
  asObject,
  type Members,
  MessageError,
  readInteger,
  readList,
  readOptionalText,
  readPayload,
  readText,
  writePayload,
} from './message-members.ts'

/** What a client made of an agent's wishes. The first frame that a client sends. */
export interface HandshakeResponse {
  readonly clientVersion: string
  readonly actions: readonly ProcessedAction[]
  readonly errors: readonly string[]
}

export interface ProcessedAction {
  /** As the request named it. */
  readonly actionType: string
  /** Amazon's client, asked for what it doesn't know, says neither by a mistake of its own: that reads as `failed`. */
  readonly status: 'success' | 'failed' | 'unsupported'
  /** Of KMSEncryption alone. */
  readonly dataKey?: WrappedDataKey
  readonly error: string
}

/** A data key as KMS wrapped it. */
export interface WrappedDataKey {
  readonly ciphertext: Uint8Array
  /** That the request's challenge is part of the encryption context. Clients for agents before 3.3 know nothing of it. */
  readonly hasChallenge: boolean
}

const statuses = { success: 1, failed: 2, unsupported: 3 } as const

export function encodeHandshakeResponse(response: HandshakeResponse): Uint8Array {
  return writePayload({
    ClientVersion: response.clientVersion,
    ProcessedClientActions: response.actions.map((action) => ({
      ActionType: action.actionType,
      ActionStatus: statuses[action.status],
      ActionResult: action.dataKey === undefined ? null : writeDataKey(action.dataKey),
      Error: action.error,
    })),
    Errors: response.errors.length === 0 ? null : response.errors,
  })
}

export function decodeHandshakeResponse(payload: Uint8Array): HandshakeResponse {
  const members = readPayload(payload, 65_536)
  return {
    clientVersion: readText(members, 'ClientVersion', 64),
    actions: readList(members, 'ProcessedClientActions', 16).map(readAction),
    errors: readList(members, 'Errors', 64).map((error) => readOptionalText({ error }, 'error', 16_384)),
  }
}

function readAction(value: unknown): ProcessedAction {
  const members = asObject(value, 'an action')
  const actionType = readText(members, 'ActionType', 64)
  const status = statusOf(readInteger(members, 'ActionStatus', 0))
  const error = readOptionalText(members, 'Error', 16_384)
  if (actionType !== 'KMSEncryption' || status !== 'success') return { actionType, status, error }
  return { actionType, status, dataKey: readDataKey(members['ActionResult']), error }
}

function statusOf(code: number): ProcessedAction['status'] {
  if (code === statuses.success) return 'success'
  return code === statuses.unsupported ? 'unsupported' : 'failed'
}

function writeDataKey(key: WrappedDataKey): Members {
  const challenge = key.hasChallenge ? { ChallengeAcknowledgement: true } : {}
  return { KMSCipherTextKey: encodeBase64(key.ciphertext), KMSCipherTextHash: null, ...challenge }
}

function readDataKey(value: unknown): WrappedDataKey {
  const members = asObject(value, 'ActionResult')
  const ciphertext = decodeBase64(readText(members, 'KMSCipherTextKey', 16_384))
  if (ciphertext === undefined) throw new MessageError('KMSCipherTextKey must be base64')
  return { ciphertext, hasChallenge: members['ChallengeAcknowledgement'] === true }
}
