import { ServiceError } from './error.ts'
import type { SessionInputs } from './session-document.ts'
import type { ResolvedSession } from './session-plan.ts'

/** User guide, "Specify an idle session timeout value": 20 minutes unless something else is said. */
const defaultIdleMinutes = 20

const nothing: SessionInputs = {
  s3BucketName: '',
  s3KeyPrefix: '',
  s3EncryptionEnabled: false,
  cloudWatchLogGroupName: '',
  cloudWatchEncryptionEnabled: false,
  cloudWatchStreamingEnabled: false,
  kmsKeyId: '',
  runAsEnabled: false,
  runAsDefaultUser: '',
  idleSessionTimeout: '',
  maxSessionDuration: '',
  shellProfile: { windows: '', linux: '' },
}

/**
 * The preferences under which a session goes: its document's own, else the region's. Of the region's, a
 * Port session has the limits only: it is neither logged nor encrypted by Session Manager, and runs as
 * nobody (user guide, "Logging session data").
 */
export function effectiveInputs({ sessionType, inputs }: ResolvedSession, preferences: SessionInputs): SessionInputs {
  if (inputs) return inputs
  if (sessionType !== 'Port') return preferences
  const { idleSessionTimeout, maxSessionDuration } = preferences
  return { ...nothing, idleSessionTimeout, maxSessionDuration }
}

export interface SessionLimits {
  readonly idleTimeoutMs: number
  /** Absent: it may last. */
  readonly maxDurationMs: number | undefined
}

export function limitsOf({ idleSessionTimeout, maxSessionDuration }: SessionInputs): SessionLimits {
  return {
    idleTimeoutMs: (Number(idleSessionTimeout) || defaultIdleMinutes) * 60_000,
    maxDurationMs: maxSessionDuration === '' ? undefined : Number(maxSessionDuration) * 60_000,
  }
}

/**
 * The user that the session runs as when Run As is on; empty when it is off. There is no fallback to another.
 *
 * @param tagged what the caller's SSMSessionRunAs tag says; it comes first
 * @throws {ServiceError} ValidationException when nobody says which
 */
export function runAsUserOf(inputs: SessionInputs, tagged: string | undefined, documentName: string): string {
  if (!inputs.runAsEnabled) return ''
  const user = tagged?.trim() || inputs.runAsDefaultUser
  if (user !== '') return user
  throw new ServiceError(
    'ValidationException',
    `Run As is on in document ${documentName}, and nothing says as whom: tag the IAM user or role with SSMSessionRunAs, or set runAsDefaultUser in the document.`,
  )
}
