import { CliError } from '../../cli-error.ts'

/** An end of a copy. */
export interface CopyPlace {
  /** Undefined for this machine. */
  readonly nodeId: string | undefined
  /** As it was written; on a node, what is not absolute is below the home of the session's user. */
  readonly path: string
}

/** Where from and where to, one of which is a node. */
export interface CopyPlan {
  readonly way: 'up' | 'down'
  readonly nodeId: string
  readonly local: string
  readonly remote: string
}

const onNode = /^((?:mi|i)-[0-9a-f]{8,17}):(.*)$/s

/** Reads `NODE:PATH` or a path of this machine; `./mi-…:x` is a path too. */
export function readPlace(text: string): CopyPlace {
  const [, nodeId, path = ''] = onNode.exec(text) ?? []
  if (nodeId === undefined) return { nodeId, path: text }
  // The node's shell gets paths as they are, and takes no tilde for the home, where relative ones begin.
  const belowHome = path.replace(/^~(?:\/+|$)/, '')
  return { nodeId, path: belowHome === '' ? '.' : belowHome }
}

/** Throws CliError unless exactly one of the two is on a node. */
export function planCopy(source: string, destination: string): CopyPlan {
  const [from, to] = [readPlace(source), readPlace(destination)]
  for (const { path } of [from, to]) {
    if (path === '' || path.includes('\0')) throw new CliError('A path has at least one character, and no NUL.')
  }
  if (from.nodeId === undefined && to.nodeId !== undefined) {
    return { way: 'up', nodeId: to.nodeId, local: from.path, remote: to.path }
  }
  if (from.nodeId !== undefined && to.nodeId === undefined) {
    return { way: 'down', nodeId: from.nodeId, local: to.path, remote: from.path }
  }
  throw new CliError('One of the two is NODE:PATH, the other a path of this machine: fairlead cp file mi-…:/tmp/')
}
