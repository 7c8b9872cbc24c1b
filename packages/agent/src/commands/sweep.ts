import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
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
    const age = now - statSync(folder).mtimeMs
    if (age > keep.keepMarksMs) rmSync(folder, { recursive: true, force: true })
    else if (age > keep.keepOutputMs) empty(folder)
  }
}

// An empty folder is still the mark; its own time, which counts, must stay what it was.
function empty(folder: string): void {
  const { atime, mtime } = statSync(folder)
  const names = readdirSync(folder)
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
  if (names.length > 0) utimesSync(folder, atime, mtime)
}
