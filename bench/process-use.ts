import { readFileSync } from 'node:fs'

/** What a process has used so far. */
export interface ProcessUse {
  /** User and system time of all its threads, in seconds; in steps of 10 ms. */
  readonly cpuSeconds: number
  readonly residentBytes: number
}

// USER_HZ, which is 100 on every architecture that Node runs on.
const ticksPerSecond = 100

/** Linux only: proc(5). */
export function useOf(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the name in brackets, which may hold spaces; utime and stime are the 14th and the 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentBytes: Number(resident) * 1024,
  }
}

/** What a process takes of the memory: its own pages, and its part of those that it shares. Linux only: smaps_rollup, proc(5). */
export function proportionalBytesOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? '0'
  return Number(kilobytes) * 1024
}

/** User and system seconds of all children of this process that have ended, theirs included: cutime and cstime. */
export function reapedSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond
}
