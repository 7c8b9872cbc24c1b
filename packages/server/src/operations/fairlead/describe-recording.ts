import type { Recording as DescribedRecording } from '@fairlead/wire/model/generated/fairlead'
import type { Recording } from '../../domain/recording.ts'

/** A recording as callers see it. */
export function describeRecording(recording: Recording): DescribedRecording {
  const { refusal, endedAt, bytes, lostBytes } = recording
  return {
    SessionId: recording.sessionId,
    Target: recording.nodeId,
    Owner: recording.ownerArn,
    OwnerName: recording.ownerName,
    DocumentName: recording.documentName,
    Status: statusOf(recording),
    StatusDetails: refusal && detailsOf(refusal),
    StartDate: recording.startedAt,
    EndDate: endedAt,
    // Until then they are not known.
    Bytes: endedAt && !refusal ? bytes : undefined,
    MissingBytes: endedAt && lostBytes > 0 ? lostBytes : undefined,
    HasInput: recording.hasInput,
  }
}

/** Why there is nothing to watch, and what to do. */
export function detailsOf(refusal: NonNullable<Recording['refusal']>): string {
  switch (refusal) {
    case 'KmsEncrypted':
      return 'The session is encrypted with a KMS key: only its two ends can read it, so there is no recording here. The agent of Fairlead keeps one on the node, in session-logs of its state directory, unless it runs with --session-logs off. To have one here, use a session document without kmsKeyId.'
  }
}

function statusOf({ refusal, endedAt, isCut, lostBytes }: Recording): NonNullable<DescribedRecording['Status']> {
  if (refusal !== undefined) return 'NotRecorded'
  if (endedAt === undefined) return 'Recording'
  if (isCut) return 'Cut'
  return lostBytes > 0 ? 'Incomplete' : 'Recorded'
}
