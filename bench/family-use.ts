import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

/**
 * User and system seconds of all processes that this one has started, and they in their turn, with what they have waited for;
 * in steps of 10 ms. Linux only: proc(5).
 */
export function familyCpuSeconds(): number {
  const processes = new Map<number, { readonly parent: number; readonly ticks: number }>()
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? readStat(name) : undefined
    if (found !== undefined) processes.set(Number(name), found)
  }
  let ticks = 0
  for (const [pid, found] of processes) if (pid !== process.pid && isOurs(pid)) ticks += found.ticks
  return ticks / ticksPerSecond

  function isOurs(pid: number): boolean {
    for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === process.pid) return true
    return false
  }
}

function readStat(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { parent: Number(fields[1]), ticks }
  } catch {
    return undefined // ended in the meantime
  }
}
