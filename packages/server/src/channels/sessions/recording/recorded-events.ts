import { decodeSize, MessageError, payloadTypes } from '@fairlead/wire/session-message'
import type { RecordedEvent, RecordedKind } from '../../../domain/recorded-event.ts'
import type { RecordableFrame } from '../../../domain/session-recorders.ts'

/** The longest bytes of one event. */
const mostEventBytes = 32 * 1024

/** Whether whoever is at the client sees what is in such a frame. */
export function isShown(payloadType: number): boolean {
  const { output, error, standardError } = payloadTypes
  return payloadType === output || payloadType === error || payloadType === standardError
}

/** What of a frame from the node is kept. What nobody sees leaves a mark, so that its number is not missed later. */
export function eventsOfNode({ payloadType, payload, sequenceNumber }: RecordableFrame, atMs: number): RecordedEvent[] {
  switch (payloadType) {
    case payloadTypes.output:
    case payloadTypes.error:
      return inPieces('output', payload, sequenceNumber, atMs)
    case payloadTypes.standardError:
      return inPieces('error', payload, sequenceNumber, atMs)
    case payloadTypes.exitCode:
      return [{ kind: 'exit', atMs, number: sequenceNumber, bytes: payload.subarray(0, 256) }]
    default:
      return [{ kind: 'mark', atMs, number: sequenceNumber, bytes: new Uint8Array() }]
  }
}

/** What of a frame from the client is kept: sizes, and what is typed only when that is asked for. */
export function eventsOfClient(
  { payloadType, payload, sequenceNumber }: RecordableFrame,
  atMs: number,
  hasInput: boolean,
): RecordedEvent[] {
  if (payloadType === payloadTypes.output && hasInput) return inPieces('input', payload, sequenceNumber, atMs)
  const size = payloadType === payloadTypes.size ? sizeText(payload) : undefined
  return size === undefined ? [] : [{ kind: 'resize', atMs, number: sequenceNumber, bytes: Buffer.from(size) }]
}

/** Words for whoever watches; `missingBytes` is how much is not there. */
export function note(words: string, atMs: number, missingBytes = 0): RecordedEvent {
  return { kind: 'note', atMs, number: missingBytes, bytes: Buffer.from(words) }
}

function inPieces(kind: RecordedKind, payload: Uint8Array, number: number, atMs: number): RecordedEvent[] {
  if (payload.length <= mostEventBytes) return [{ kind, atMs, number, bytes: payload }]
  const pieces: RecordedEvent[] = []
  for (let at = 0; at < payload.length; at += mostEventBytes) {
    pieces.push({ kind, atMs, number, bytes: payload.subarray(at, at + mostEventBytes) })
  }
  return pieces
}

function sizeText(payload: Uint8Array): string | undefined {
  try {
    const { columns, rows } = decodeSize(payload)
    return columns > 0 && rows > 0 ? `${columns}x${rows}` : undefined
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
