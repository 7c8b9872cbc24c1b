import { shellQuote } from '../../env/shell-quote.ts'
import type { SshDestination } from './ssh-destination.ts'

export interface SshCall {
  readonly destination: SshDestination
  /** On which the node's SSH server listens. */
  readonly port: number
  /** The words that start this program. */
  readonly program: readonly string[]
  /** Options of ours that the connection is to be made with. */
  readonly options: readonly string[]
  /** For ssh: options, and a command. */
  readonly args: readonly string[]
}

/**
 * The words after `ssh`. The connection is this very program with `--proxy`; the node is known to ssh by its id, which stays
 * when addresses change.
 */
export function sshWords({ destination, port, program, options, args }: SshCall): readonly string[] {
  const { nodeId, text } = destination
  const proxy = [...program, 'ssh', '--proxy', '--port', String(port), ...options, nodeId]
  // A shell reads it, after ssh has put its own values in for percent signs.
  const command = proxy.map(shellQuote).join(' ').replaceAll('%', '%%')
  const settings = [`ProxyCommand=${command}`, `HostKeyAlias=${nodeId}`, 'CheckHostIP=no']
  return ['-p', String(port), ...settings.flatMap((setting) => ['-o', setting]), text, ...args]
}
