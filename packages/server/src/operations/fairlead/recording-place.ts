import { type CastState, castStart } from '../../domain/asciicast.ts'
import { type RecordingPlace, recordingStart } from '../../domain/recording-files.ts'

/** Where a page of a recording ends: after `skip` events of the member at `member`. */
export interface PagePlace {
  readonly member: RecordingPlace
  readonly skip: number
  readonly state: CastState
  /** When the last event was. */
  readonly atMs: number
  /** Bytes of the session up to here. */
  readonly bytes: number
}

export const firstPlace: PagePlace = { member: recordingStart, skip: 0, state: castStart, atMs: 0, bytes: 0 }

const form =
  /^(\d{1,15})\.(\d{1,10})\.(\d{1,6})\.(\d{1,15})\.(\d{1,12})\.(\d{1,5}x\d{1,5})\.([0-9a-f]{0,6})\.([0-9a-f]{0,6})\.([0-9a-f]{0,6})$/

export function placeText({ member, skip, state, atMs, bytes }: PagePlace): string {
  const { output, error, input } = state.tails
  const tails = [output, error, input].map((tail) => Buffer.from(tail).toString('hex'))
  return [member.at, member.index, skip, atMs, bytes, state.size, ...tails].join('.')
}

/** Undefined for text that no place has. */
export function parsePlace(text: string): PagePlace | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [, at, index, skip, atMs, bytes, size = '', output = '', error = '', input = ''] = parts
  const tails = { output: bytesOf(output), error: bytesOf(error), input: bytesOf(input) }
  const member = { at: Number(at), index: Number(index) }
  return { member, skip: Number(skip), atMs: Number(atMs), bytes: Number(bytes), state: { size, tails } }
}

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex')
}
