import type { SignatureClaim } from './sigv4-claim.ts'
import { SignatureError } from './sigv4-error.ts'
import { formatTimestamp, parseTimestamp } from './sigv4-time.ts'

/**
 * Throws SignatureError unless the claim's time is within `toleranceMs` of `now`: five minutes for most services, fifteen
 * for S3. A presigned request lives for its own X-Amz-Expires instead, and may be early by the tolerance.
 */
export function checkClock(claim: Pick<SignatureClaim, 'timestamp' | 'expires'>, now: Date, toleranceMs: number): void {
  const signedAt = parseTimestamp(claim.timestamp)
  if (signedAt === undefined) throw new SignatureError('malformed', 'The signing time is no timestamp.')

  const minutes = Math.round(toleranceMs / 60_000)
  const latest = now.getTime() + toleranceMs
  if (signedAt > latest) {
    const limit = formatTimestamp(new Date(latest))
    const why = `${claim.timestamp} is still later than ${limit} (${formatTimestamp(now)} + ${minutes} min.)`
    throw new SignatureError('not-yet-current', `Signature not yet current: ${why}`)
  }

  if (claim.expires !== undefined) {
    const expiry = signedAt + claim.expires * 1000
    if (expiry >= now.getTime()) return
    const shown = formatTimestamp(new Date(expiry))
    throw new SignatureError('expired', `Signature expired: ${shown} is now earlier than ${formatTimestamp(now)}`)
  }

  const earliest = now.getTime() - toleranceMs
  if (signedAt >= earliest) return
  const limit = formatTimestamp(new Date(earliest))
  const why = `${claim.timestamp} is now earlier than ${limit} (${formatTimestamp(now)} - ${minutes} min.)`
  throw new SignatureError('expired', `Signature expired: ${why}`)
}
