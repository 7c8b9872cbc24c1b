import { CliError } from '../../cli-error.ts'

export interface SshDestination {
  readonly nodeId: string
  /** As ssh takes it: `user@node`, or the node alone for ssh to choose the user. */
  readonly text: string
}

/** Reads `[USER@]NODE`. Throws CliError for anything else: ssh would take what begins with a hyphen for an option. */
export function readDestination(text: string): SshDestination {
  const [, user, nodeId] = /^(?:([A-Za-z0-9_.][^@\s]{0,254})@)?((?:mi|i)-[0-9a-f]{8,17})$/.exec(text) ?? []
  if (nodeId === undefined) throw new CliError(`${text} is no node. Write NODE or USER@NODE, with NODE as mi-….`)
  return { nodeId, text: user === undefined ? nodeId : `${user}@${nodeId}` }
}
