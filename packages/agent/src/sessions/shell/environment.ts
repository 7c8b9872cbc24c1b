import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { RunAs } from './run-as.ts'

/** What a program of a session finds around it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
}

type Variables = Readonly<Record<string, string | undefined>>

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
// What is about the node and not about who runs on it.
const ofTheNode = /^(?:LANG|LC_[A-Z]+|TZ)$/
// The agent's own, of no use to a shell.
const ofTheAgent = /^(?:NODE_COMPILE_CACHE|FAIRLEAD_\w+)$/

/**
 * Another user gets little of the agent's environment, which may hold secrets; the agent's own user gets all of it. The
 * terminal is what Amazon's agent says it is.
 */
export function surroundingsOf(user: RunAs | undefined, own: Variables): Surroundings {
  const who = user === undefined ? ownUser(own) : { name: user.name, home: user.home }
  const isKept = (name: string) => (user === undefined ? !ofTheAgent.test(name) : ofTheNode.test(name))
  const kept = Object.entries(own).flatMap(([name, value]) =>
    value !== undefined && isKept(name) ? [[name, value]] : [],
  )
  const environment: Record<string, string> = {
    PATH: usualPath,
    ...Object.fromEntries(kept),
    HOME: who.home,
    USER: who.name,
    LOGNAME: who.name,
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
  }
  return { environment, directory: existsSync(who.home) ? who.home : '/' }
}

function ownUser(own: Variables) {
  try {
    const { username, homedir } = userInfo()
    return { name: username, home: own['HOME'] ?? homedir }
  } catch {
    // A user id that the passwd database does not know, as in containers.
    return { name: own['USER'] ?? 'agent', home: own['HOME'] ?? '/' }
  }
}
