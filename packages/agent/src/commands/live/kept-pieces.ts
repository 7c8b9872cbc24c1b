import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, readObject } from '../../disk/read-text.ts'
import type { LivePiece } from './live-steps.ts'

/** Writes down, in the folder of a step that ran others, where their output is. */
export function keepPieces(folder: string, pieces: readonly LivePiece[]): void {
  writeFileSync(join(folder, 'pieces.json'), JSON.stringify({ pieces }), { mode: 0o600 })
}

/** What `keepPieces` wrote; undefined for a step that ran no others. */
export function readPieces(folder: string): readonly LivePiece[] | undefined {
  const pieces = readObject(join(folder, 'pieces.json'))?.['pieces']
  return Array.isArray(pieces) ? pieces.filter(isPiece) : undefined
}

// The agent wrote it whole itself.
function isPiece(value: unknown): value is LivePiece {
  return isObject(value) && Array.isArray(value['folders']) && isObject(value['notes'])
}
