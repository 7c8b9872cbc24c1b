import type { Tags } from './tag.ts'

/** AWS's SessionStatus; Terminated and Failed are the ends. */
export type SessionState = 'Connecting' | 'Connected' | 'Disconnected' | 'Terminating' | 'Terminated' | 'Failed'

export type SessionType = 'Standard_Stream' | 'InteractiveCommands' | 'NonInteractiveCommands' | 'Port'

/** A person's way to a node: asked for with StartSession, ended by either side, by the clock or with TerminateSession. */
export interface Session {
  /** `NAME-<17 hex>`, NAME being the owner's (design D3). */
  readonly sessionId: string
  readonly nodeId: string
  readonly ownerArn: string
  /** The owner's aws:userid. */
  readonly ownerUserId: string
  /** User name or role session name; `root` for the account's root. */
  readonly ownerName: string
  readonly documentName: string
  readonly documentVersion: string
  readonly sessionType: SessionType
  readonly reason?: string | undefined
  readonly state: SessionState
  /** Why it ended, for people. */
  readonly details?: string | undefined
  readonly startedAt: Date
  readonly endedAt?: Date | undefined
  /** Absent: it may last. */
  readonly maxDurationMs?: number | undefined
  readonly idleTimeoutMs: number
  /** Where its document wants its log, so it must leave one. */
  readonly logTargets?: SessionLogTargets | undefined
  readonly tags: Tags
  /** Counts the changes: a save names the version it was read at, so no change is ever overwritten. */
  readonly version: number
  /** What the node is told to do: JSON of the Content of an interactive_shell message (agent reference, 8.1). */
  readonly agentContent: string
}

/** At least one of bucket and group is named; what is not is empty. */
export interface SessionLogTargets {
  readonly bucket: string
  readonly keyPrefix: string
  readonly logGroup: string
}

/** The only judge of moves. What is heard after the end changes nothing. */
const successors: Readonly<Record<SessionState, readonly SessionState[]>> = {
  Connecting: ['Connected', 'Disconnected', 'Terminating', 'Terminated', 'Failed'],
  Connected: ['Disconnected', 'Terminating', 'Terminated', 'Failed'],
  Disconnected: ['Connected', 'Terminating', 'Terminated', 'Failed'],
  Terminating: ['Terminated', 'Failed'],
  Terminated: [],
  Failed: [],
}

/** What a session that has begun is, by who is there. A client that has never been there is not missed. */
export function stateOfEnds(ends: {
  readonly hasNode: boolean
  readonly hasClient: boolean
  readonly hadClient: boolean
}): 'Connected' | 'Disconnected' {
  return ends.hasNode && (ends.hasClient || !ends.hadClient) ? 'Connected' : 'Disconnected'
}

export function isEnded({ state }: Pick<Session, 'state'>): boolean {
  return successors[state].length === 0
}

/** AWS's SessionDetails are 1024 characters at most. */
const longestDetails = 1024

/**
 * The session in its next state, or the same object when that is no move: save only what has changed.
 *
 * @param details why; what was said before stays when nothing is said now
 */
export function advanceSession(session: Session, state: SessionState, at: Date, details?: string): Session {
  if (!successors[session.state].includes(state)) return session
  const ends = successors[state].length === 0
  return {
    ...session,
    state,
    details: details?.slice(0, longestDetails) || session.details,
    endedAt: ends ? at : session.endedAt,
    version: session.version + 1,
  }
}
