import { statSync, truncateSync } from 'node:fs'
import type { Clock } from '../clock.ts'

const lookEveryMs = 250

/**
 * Keeps files that a script is writing below `limit` bytes: what goes beyond is thrown away a few times a second.
 * The beginning is kept, since that is the part that is reported. The files are open for appending, so
 * a script that goes on writing writes at the new end. A limit on the process (`ulimit -f`) would hold for every file
 * that the script writes, and a pipe would need a process that outlives the agent.
 *
 * Returns what stops it; the last look is taken then.
 */
export function capOutput(paths: readonly string[], limit: number, clock: Clock): () => void {
  const look = () => {
    for (const path of paths) cut(path, limit)
  }
  let cancel: () => void = () => undefined
  const wait = () => {
    cancel = clock.after(lookEveryMs, () => {
      look()
      wait()
    })
  }
  wait()
  return () => {
    cancel()
    look()
  }
}

function cut(path: string, limit: number): void {
  try {
    if (statSync(path).size > limit) truncateSync(path, limit)
  } catch {
    // The script may remove its own output file; then there is nothing to keep small.
  }
}
