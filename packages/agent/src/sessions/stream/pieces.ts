import { longestPayload } from './output-batch.ts'

/** Writes bytes in pieces that fit into a frame. */
export function writeInPieces(bytes: Uint8Array, write: (piece: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; at += longestPayload) write(bytes.subarray(at, at + longestPayload))
}
