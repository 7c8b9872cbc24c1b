import { ServiceError } from '../../domain/error.ts'
import { packedMarksLimit, packMarks, type SessionMarks } from '../../domain/session-marks.ts'

/**
 * How much of its room in the session token a session's policies and tags take, in percent.
 *
 * @throws {ServiceError} PackedPolicyTooLarge
 */
export function packedSize(marks: SessionMarks): number {
  const percent = Math.ceil((packMarks(marks).length * 100) / packedMarksLimit)
  if (percent <= 100) return percent
  const isPolicy = marks.policy !== undefined || marks.policyArns !== undefined
  throw new ServiceError(
    'PackedPolicyTooLarge',
    isPolicy
      ? `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
      : `Packed size of session tags consumes ${percent}% of allotted space.`,
  )
}
