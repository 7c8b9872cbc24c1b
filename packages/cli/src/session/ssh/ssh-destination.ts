import { UsageError } from '../../cli-error.ts'

export interface SshDestination {
  readonly nodeId: string
  /** As ssh takes it: `user@node`, or the node alone for ssh to choose the user. */
  readonly text: string
}

/** `[USER@]NODE`, taken apart. */
export interface WrittenDestination {
  readonly user: string | undefined
  /** By its id or by a name. */
  readonly node: string
}

/** Throws UsageError for anything else: ssh would take what begins with a hyphen for an option. */
export function readDestination(text: string): WrittenDestination {
  const [, user, node] = /^(?:([A-Za-z0-9_.][^@\s]{0,254})@)?([^@\s-][^@\p{C}]{0,255})$/u.exec(text) ?? []
  if (node === undefined) throw new UsageError(`${text} is no node. Write NODE or USER@NODE.`)
  return { user, node }
}

/** What ssh is told. It sees the name that was written, for which there may be settings, where that can be one of a host. */
export function sshDestination({ user, node }: WrittenDestination, nodeId: string): SshDestination {
  const host = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(node) ? node : nodeId
  return { nodeId, text: user === undefined ? host : `${user}@${host}` }
}
