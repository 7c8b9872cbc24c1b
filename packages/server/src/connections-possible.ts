import { readFileSync } from 'node:fs'

/** Files that a server has open besides its connections: the database, outputs, the audit, and some to spare. */
const keptForFiles = 128

/**
 * How many connections a process can have without running out of the file descriptors that its disk work needs.
 * Undefined where the system does not tell (only Linux does).
 *
 * @param limits the text of /proc/self/limits; Node has raised the soft limit to the hard one already
 */
export function connectionsPossible(limits = readLimits()): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits ?? '')?.[1]
  // An eighth more are open to be told that they are too many.
  return soft === undefined ? undefined : Math.max(16, Math.floor(((Number(soft) - keptForFiles) * 8) / 9))
}

function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    // No such file on other systems; there the operator's own limit has to do.
    return undefined
  }
}
