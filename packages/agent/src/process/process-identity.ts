import { execFileSync } from 'node:child_process'
import { readText } from '../disk/read-text.ts'

/**
 * A process that can be told from a later one with the same number: by its start time where the kernel shows it
 * (Linux, in clock ticks since boot), else by its command line, which holds `mark`.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: string | undefined
  readonly mark: string
}

/** Reads a line of /proc/PID/stat, or a bare process id. Undefined when it is neither. */
export function parseIdentity(line: string, mark: string): ProcessIdentity | undefined {
  const pid = Number.parseInt(line, 10)
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined
  // The second field is the program's name, which may hold spaces and brackets: fields are counted after its last one.
  const nameEnd = line.lastIndexOf(')')
  // Field 22 is the start time, proc(5); the field after the name is the third.
  const startTime = nameEnd < 0 ? undefined : line.slice(nameEnd + 2).split(' ')[19]
  return { pid, startTime, mark }
}

export function identityOfSelf(mark: string): ProcessIdentity {
  const stat = readText('/proc/self/stat')
  return (stat && parseIdentity(stat, mark)) || { pid: process.pid, startTime: undefined, mark }
}

export function isAlive(identity: ProcessIdentity): boolean {
  if (!exists(identity.pid)) return false
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${identity.pid}/stat`) ?? ''
    const now = parseIdentity(stat, identity.mark)
    // Z: it ended, and nobody has asked for its exit status.
    if (now === undefined || stat.includes(') Z ')) return false
    return identity.startTime === undefined || now.startTime === identity.startTime
  }
  if (process.platform === 'win32') return true
  return commandLine(identity.pid).includes(identity.mark)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function commandLine(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 })
  } catch {
    return ''
  }
}
