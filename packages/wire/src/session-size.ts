import { readPayload, readPosition, writePayload } from './message-members.ts'

/** A terminal's size in characters. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

// The kernel keeps both in 16 bits.
const most = 0xffff

export function encodeSize(size: TerminalSize): Uint8Array {
  return writePayload({ cols: size.columns, rows: size.rows })
}

/** What no terminal can have is cut down to what one can. */
export function decodeSize(payload: Uint8Array): TerminalSize {
  const members = readPayload(payload, 1024)
  return {
    columns: Math.min(readPosition(members, 'cols'), most),
    rows: Math.min(readPosition(members, 'rows'), most),
  }
}
