import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const shownLength = 80

/**
 * Who listens on a TCP port: `pid 123 (nginx)`. Undefined where that can't be found out: another user's process, or
 * a system without /proc.
 */
export function portHolder(port: number): string | undefined {
  try {
    const inodes = new Set(
      ['tcp', 'tcp6'].flatMap((table) => listeners(readFileSync(`/proc/net/${table}`, 'utf8'), port)),
    )
    if (inodes.size === 0) return undefined
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (hasSocket(pid, inodes)) return `pid ${pid} (${commandLine(pid)})`
    }
    return undefined
  } catch {
    // Who it is would be good to know; that the port is taken is told without it.
    return undefined
  }
}

// Columns of proc_pid_net(5): 1 is the local address and port in hex, 3 the state (0A: listening), 9 the inode.
function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/)
    const isListener = columns[1]?.endsWith(suffix) === true && columns[3] === '0A'
    return isListener && columns[9] !== undefined ? [columns[9]] : []
  })
}

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    // It ended meanwhile, or is another user's.
    return false
  }
}

function commandLine(pid: string): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  return line.length <= shownLength ? line : `${line.slice(0, shownLength)} …`
}
