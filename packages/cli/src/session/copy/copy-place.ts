import { UsageError } from '../../cli-error.ts'

/** An end of a copy. */
export interface CopyPlace {
  /** By its id or a name; undefined for this machine. */
  readonly node: string | undefined
  /** As it was written; on a node, what is not absolute is below the home of the session's user. */
  readonly path: string
}

/** Where from and where to, one of which is a node. */
export interface CopyPlan {
  readonly way: 'up' | 'down'
  readonly node: string
  readonly local: string
  readonly remote: string
}

// As scp has it.
const onNode = /^([^/:]+):(.*)$/s

/** Reads `NODE:PATH` or a path of this machine; `./web-01:x` is a path too. */
export function readPlace(text: string): CopyPlace {
  const [, node, path = ''] = onNode.exec(text) ?? []
  if (node === undefined) return { node, path: text }
  // The node's shell gets paths as they are, and takes no tilde for the home, where relative ones begin.
  const belowHome = path.replace(/^~(?:\/+|$)/, '')
  return { node, path: belowHome === '' ? '.' : belowHome }
}

/** Throws CliError unless exactly one of the two is on a node. */
export function planCopy(source: string, destination: string): CopyPlan {
  const [from, to] = [readPlace(source), readPlace(destination)]
  for (const { path } of [from, to]) {
    if (path === '' || path.includes('\0')) throw new UsageError('A path has at least one character, and no NUL.')
  }
  if (from.node === undefined && to.node !== undefined) {
    return { way: 'up', node: to.node, local: from.path, remote: to.path }
  }
  if (from.node !== undefined && to.node === undefined) {
    return { way: 'down', node: from.node, local: to.path, remote: from.path }
  }
  throw new UsageError(
    'One of the two is NODE:PATH, the other a path of this machine (with ./ if it has a colon): fairlead cp file web-01:/tmp/',
  )
}
