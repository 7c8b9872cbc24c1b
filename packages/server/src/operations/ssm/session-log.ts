import { ServiceError } from '../../domain/error.ts'
import type { Session } from '../../domain/session.ts'
import type { Context } from '../operation.ts'

/**
 * Sees to it that a session whose document wants a log leaves one: a recording here, or, when only its two ends can read
 * it, a log that the agent writes on the node.
 *
 * @param session `documentName` is the one that wants it
 * @throws {ServiceError} ValidationException, saying why there would be none and what to change
 */
export function requireSessionLog(
  session: Pick<Session, 'nodeId' | 'logTargets' | 'documentName'> & { readonly isEncrypted: boolean },
  { recordings, sessionLinks }: Pick<Context, 'recordings' | 'sessionLinks'>,
): void {
  const { nodeId, logTargets, documentName, isEncrypted } = session
  if (logTargets === undefined) return
  const leavesOne = isEncrypted ? sessionLinks.keepsSessionLogs(nodeId) : recordings.isRecording
  if (leavesOne) return
  const input = logTargets.bucket === '' ? 'cloudWatchLogGroupName' : 's3BucketName'
  const why = isEncrypted
    ? `the session is encrypted with a KMS key, so that the server cannot read it, and the agent of ${nodeId} keeps no log of its own. Use the agent of Fairlead there, with --session-logs on, or a document without kmsKeyId or without ${input}.`
    : `the server runs with --recordings off. Start it with --recordings on, or use a document without ${input}.`
  throw new ServiceError(
    'ValidationException',
    `Document ${documentName} wants a log of each session (${input}), and there would be none: ${why} No session was started.`,
  )
}
