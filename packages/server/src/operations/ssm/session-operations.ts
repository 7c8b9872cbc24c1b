import type { AnyOperation } from '../operation.ts'
import { describeSessions } from './describe-sessions.ts'
import { getConnectionStatus } from './get-connection-status.ts'
import { resumeSession } from './resume-session.ts'
import { startSession } from './start-session.ts'
import { terminateSession } from './terminate-session.ts'

/** Session Manager. */
export const sessionOperations: readonly AnyOperation[] = [
  describeSessions,
  getConnectionStatus,
  resumeSession,
  startSession,
  terminateSession,
]
