import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface SweepLimits {
  readonly keepOutputMs: number
  readonly keepMarksMs: number
}

/**
 * Removes what ended commands left: their scripts and output after `keepOutputMs`, and later the mark that they were here.
 * `isActive` commands stay whole.
 */
export function sweepCommands(
  stateDirectory: string,
  now: number,
  keep: SweepLimits,
  isActive: (commandId: string) => boolean,
): void {
  const commands = join(stateDirectory, 'commands')
  for (const commandId of readdirSync(commands)) {
    if (isActive(commandId)) continue
    const folder = join(commands, commandId)
    const age = now - lastChange(join(folder, 'record.json'), folder)
    if (age > keep.keepMarksMs) rmSync(folder, { recursive: true, force: true })
    else if (age > keep.keepOutputMs) {
      for (const name of readdirSync(folder)) {
        if (name !== 'record.json') rmSync(join(folder, name), { recursive: true, force: true })
      }
    }
  }
}

function lastChange(path: string, otherwise: string): number {
  return (statSync(path, { throwIfNoEntry: false }) ?? statSync(otherwise)).mtimeMs
}
