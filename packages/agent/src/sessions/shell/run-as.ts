import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A user of the node, as its passwd database knows it. */
export interface RunAs {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** The user that a session must run as is not to be had. The text is for whoever started the session. */
export class RunAsError extends Error {
  override readonly name = 'RunAsError'
}

export interface RunAsWish {
  readonly isEnabled: boolean
  /** Of the caller's SSMSessionRunAs tag; empty without one. */
  readonly tagged: string
  /** Of the session document; empty without one. */
  readonly preferred: string
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_.@\\-]{0,255}$/
const lookUpMs = 10_000

/**
 * The user of a session: the caller's tag decides, then the document; undefined when neither is asked for, which means the
 * agent's own. Never anybody else: a wish that cannot be met throws RunAsError.
 */
export function chooseUser(wish: RunAsWish, ownUid: number | undefined): RunAs | undefined {
  if (!wish.isEnabled) return undefined
  const name = wish.tagged || wish.preferred
  if (name === '') {
    throw new RunAsError(
      'Run as is on, but no user is named: neither by the tag SSMSessionRunAs of who started the session nor by runAsDefaultUser.',
    )
  }
  const user = findUser(name)
  if (user === undefined) throw new RunAsError(`The run as user ${name} does not exist on this node.`)
  if (user.uid === 0) throw new RunAsError(`Sessions do not run as ${name}: its user id is 0, that of root.`)
  if (user.uid === ownUid) return undefined
  if (ownUid !== 0) {
    throw new RunAsError(`The agent of this node does not run as root, so it cannot start a session as ${name}.`)
  }
  return user
}

/** Undefined when there is no such user. */
export function findUser(name: string): RunAs | undefined {
  if (!namePattern.test(name)) return undefined
  const entry = passwdEntry(name)
  const [found, , uid, gid, , home] = entry?.trim().split(':') ?? []
  if (found !== name || !/^\d{1,10}$/.test(uid ?? '') || !/^\d{1,10}$/.test(gid ?? '')) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/' }
}

function passwdEntry(name: string): string | undefined {
  try {
    // getent also asks LDAP and the like.
    return execFileSync('getent', ['passwd', name], {
      encoding: 'utf8',
      timeout: lookUpMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
    return lines.find((line) => line.startsWith(`${name}:`))
  }
}

// The type of `process` lacks the second.
interface Groups {
  getgroups(): number[]
  initgroups(user: string, extraGroup: number): void
  setgroups(groups: readonly number[]): void
}

/**
 * Acts with the groups of a user in place of root's own, which a program that becomes that user would otherwise keep:
 * the native part of node-pty changes user and group, and leaves the list of further groups as it is.
 */
export function withGroupsOf<Result>(user: RunAs | undefined, act: () => Result): Result {
  if (user === undefined) return act()
  const { getgroups, initgroups, setgroups }: Partial<Groups> = process
  if (getgroups === undefined || initgroups === undefined || setgroups === undefined) {
    throw new RunAsError('Sessions as another user are not possible on this platform.')
  }
  const own = getgroups()
  initgroups(user.name, user.gid)
  try {
    return act()
  } finally {
    setgroups(own)
  }
}
