import { spawn } from 'node:child_process'
import type { Log } from '../log.ts'

/** Has the node restarted, by the program that the operator chose. It is given time to do so by that program. */
export function restartNode(command: readonly string[], environment: Readonly<Record<string, string>>, log: Log): void {
  const [program, ...args] = command
  if (program === undefined) return
  const child = spawn(program, args, { env: environment, detached: true, stdio: 'ignore' })
  child.on('error', (error) => log.error('The node could not be restarted', { reason: error.message }))
  child.unref()
}
