import { incompleteTail } from '@fairlead/wire/utf8-tail'
import type { RecordedEvent } from './recorded-event.ts'
import type { Recording } from './recording.ts'

/** A terminal that has said nothing of its size. */
const usualSize = '80x24'
const size = /^(\d{1,5})x(\d{1,5})$/

/** What of an asciicast is to be remembered between two pages of it. */
export interface CastState {
  /** `COLUMNSxROWS` */
  readonly size: string
  /** The beginnings of characters that the next bytes of each stream complete. */
  readonly tails: Readonly<Record<CastStream, Uint8Array>>
}

type CastStream = 'output' | 'error' | 'input'

const none = new Uint8Array()
export const castStart: CastState = { size: usualSize, tails: { output: none, error: none, input: none } }

/**
 * The first line of an asciicast v2 file (https://docs.asciinema.org/manual/asciicast/v2/).
 *
 * @param first events from its beginning: the first size that they tell is the recording's
 */
export function castHeader(recording: Recording, first: readonly RecordedEvent[]): { line: string; state: CastState } {
  const told = first.find(({ kind }) => kind === 'resize')
  const [width, height] = sizeOf(told ? Buffer.from(told.bytes).toString() : usualSize) ?? [80, 24]
  const header = {
    version: 2,
    width,
    height,
    timestamp: Math.floor(recording.startedAt.getTime() / 1000),
    title: `${recording.ownerName} on ${recording.nodeId}`,
    // What both agents say a session's terminal is.
    env: { TERM: 'xterm-256color' },
  }
  return { line: `${JSON.stringify(header)}\n`, state: { ...castStart, size: `${width}x${height}` } }
}

/**
 * One event of a recording as a line of asciicast, or nothing when there is nothing to show yet. Bytes become text: characters
 * are put together across events, and what is none becomes U+FFFD.
 */
export function castLine({ kind, atMs, bytes }: RecordedEvent, state: CastState): { line: string; state: CastState } {
  switch (kind) {
    case 'output':
    case 'error':
    case 'input': {
      const { text, tail } = textOf(state.tails[kind], bytes)
      const next = { ...state, tails: { ...state.tails, [kind]: tail } }
      return { line: text === '' ? '' : lineOf(atMs, kind === 'input' ? 'i' : 'o', text), state: next }
    }
    case 'resize': {
      const told = Buffer.from(bytes).toString()
      if (told === state.size || sizeOf(told) === undefined) return { line: '', state }
      return { line: lineOf(atMs, 'r', told), state: { ...state, size: told } }
    }
    case 'note':
    case 'cut':
    case 'exit':
      return { line: lineOf(atMs, 'm', Buffer.from(bytes).toString()), state }
    case 'mark':
      return { line: '', state }
  }
}

/** What never became a character, at the end of all. */
export function castEnd(atMs: number, { tails }: CastState): string {
  return [...(['output', 'error', 'input'] as const)]
    .filter((kind) => tails[kind].length > 0)
    .map((kind) => lineOf(atMs, kind === 'input' ? 'i' : 'o', Buffer.from(tails[kind]).toString()))
    .join('')
}

function lineOf(atMs: number, code: 'o' | 'i' | 'r' | 'm', data: string): string {
  return `${JSON.stringify([atMs / 1000, code, data])}\n`
}

function textOf(before: Uint8Array, bytes: Uint8Array): { text: string; tail: Uint8Array } {
  const whole =
    before.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([before, bytes])
  const end = whole.length - incompleteTail(whole)
  return { text: whole.toString('utf8', 0, end), tail: whole.subarray(end) }
}

function sizeOf(text: string): readonly [number, number] | undefined {
  const [, columns, rows] = size.exec(text) ?? []
  return columns === undefined || rows === undefined ? undefined : [Number(columns), Number(rows)]
}
