import { uptime } from 'node:os'
import type { Clock } from '../clock.ts'
import { readText } from '../disk/read-text.ts'

// Where the kernel gives a boot no name of its own, its time serves: clocks are corrected by seconds, boots are minutes apart.
const sameBootMs = 60_000

/** A name for this boot of the node: it tells a process that ended from one that a restart took away. */
export function bootMark(clock: Clock): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? `at ${clock.now() - uptime() * 1000}`
}

export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true
  if (!one.startsWith('at ') || !other.startsWith('at ')) return false
  return Math.abs(Number(one.slice(3)) - Number(other.slice(3))) < sameBootMs
}
