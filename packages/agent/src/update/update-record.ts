import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../disk/durable-file.ts'
import { readObject } from '../disk/read-text.ts'

/**
 * How far the update is that a step asked for. It stays in the step's folder, for the agent that goes on with the command:
 *
 *   trial    the new version was about to show that it works
 *   done     it did, and runs from now on
 *   failed   it did not, and the one before runs on
 */
export interface UpdateRecord {
  readonly phase: 'trial' | 'done' | 'failed'
  readonly from: string
  readonly to: string
  /** Trials that began, this one included. */
  readonly trials: number
  /** Bytes that were downloaded. */
  readonly bytes: number
  /** Why it failed. */
  readonly reason?: string
}

export function readUpdateRecord(folder: string): UpdateRecord | undefined {
  const read = readObject(fileIn(folder))
  // The agent wrote it whole itself, in this version or another.
  return read !== undefined && typeof read['to'] === 'string' ? (read as unknown as UpdateRecord) : undefined
}

export async function writeUpdateRecord(folder: string, record: UpdateRecord): Promise<void> {
  await writeDurably(fileIn(folder), JSON.stringify(record))
}

/** The step was to be stopped when only the version on trial was there to hear of it. */
export function noteStoppedLate(folder: string): void {
  writeFileSync(join(folder, 'stopped-late'), '', { mode: 0o600 })
}

export function wasStoppedLate(folder: string): boolean {
  return existsSync(join(folder, 'stopped-late'))
}

function fileIn(folder: string): string {
  return join(folder, 'update.json')
}
