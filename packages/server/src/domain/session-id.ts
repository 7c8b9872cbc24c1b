import type { Caller } from './caller.ts'
import type { Session } from './session.ts'

/** What a caller's sessions are named after (design D3): user name or role session name. */
export function sessionOwnerName(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return caller.userName
    case 'role-session':
      return caller.sessionName
    case 'federated-user':
      return caller.federatedName
    default:
      return caller.kind
  }
}

/** `NAME-<17 hex>`; `randomHex` answers that many random bytes in hexadecimal. */
export function newSessionId(ownerName: string, randomHex: (bytes: number) => string): string {
  return `${ownerName}-${randomHex(9).slice(0, 17)}`
}

/** The name by which policies with `${aws:userid}-*` know the session: the owner's aws:userid and the same suffix. */
export function sessionAlias({ sessionId, ownerUserId }: Pick<Session, 'sessionId' | 'ownerUserId'>): string {
  return `${ownerUserId}-${sessionId.slice(sessionId.lastIndexOf('-') + 1)}`
}

/** Tags that the service itself puts on sessions, for policies to ask for (user guide, "Allow a user to terminate only sessions they started"). */
export function sessionTags(nodeId: string, ownerUserId: string): Session['tags'] {
  return { 'aws:ssmmessages:target-id': nodeId, 'aws:ssmmessages:session-id': ownerUserId }
}
