import { timingSafeEqual } from 'node:crypto'
import { oneTimeCode, stepAt } from './one-time-code.ts'
import type { Tags } from './tag.ts'

/** A virtual MFA device: a seed that a user's authenticator shares with us. */
export interface MfaDevice {
  /** Its ARN, which is what callers name it by. */
  readonly serialNumber: string
  readonly seed: Uint8Array
  readonly createdAt: Date
  readonly tags: Tags
  /** The user that it belongs to since `enabledAt`; none before it is enabled. */
  readonly ownerId?: string | undefined
  readonly enabledAt?: Date | undefined
  readonly progress: MfaProgress
}

/** What codes have told so far. */
export interface MfaProgress {
  /** By how many steps the authenticator's clock is ahead of ours. */
  readonly drift: number
  /** The newest step, by the authenticator's clock, whose code was taken. */
  readonly lastStep: number
  /** Wrong codes since the last good one, and when the last of them came. */
  readonly failures: number
  readonly failedAt: Date
}

export const newProgress: MfaProgress = { drift: 0, lastStep: 0, failures: 0, failedAt: new Date(0) }

/** Quotas of the IAM user guide, "IAM and AWS STS quotas"; as many virtual devices as all users may have. */
export const mfaDevicesPerUser = 8
export const mfaDevicesPerAccount = 40_000

/** A code is good a step early and a step late, as RFC 6238, section 5.2, advises. */
const tolerance = 1
/** How far a clock may be off for two codes in a row to show it: ten minutes. */
const widest = 20
/** Wrong codes that cost nothing; after each further one the device is deaf for twice as long, an hour at most. */
const freeFailures = 5
const firstPauseMs = 30_000
const longestPauseMs = 3_600_000

/** What one code says, and the progress to keep. No code is good twice. */
export function judgeCode(
  { seed, progress }: Pick<MfaDevice, 'seed' | 'progress'>,
  code: string,
  now: Date,
): { readonly verdict: 'good' | 'wrong' | 'paused'; readonly progress: MfaProgress } {
  if (now.getTime() < pausedUntil(progress)) return { verdict: 'paused', progress }
  const middle = stepAt(now) + progress.drift
  for (let step = Math.max(middle - tolerance, progress.lastStep + 1); step <= middle + tolerance; step++) {
    if (!same(oneTimeCode(seed, step), code)) continue
    return { verdict: 'good', progress: { ...progress, lastStep: step, failures: 0 } }
  }
  return { verdict: 'wrong', progress: { ...progress, failures: progress.failures + 1, failedAt: now } }
}

/** The progress after two codes in a row, which show how far the clock is off; undefined when they are not that. */
export function progressOfTwo(
  { seed, progress }: Pick<MfaDevice, 'seed' | 'progress'>,
  [first, second]: readonly [string, string],
  now: Date,
): MfaProgress | undefined {
  const middle = stepAt(now)
  for (let step = middle - widest; step <= middle + widest; step++) {
    if (step <= progress.lastStep || !same(oneTimeCode(seed, step), first)) continue
    if (!same(oneTimeCode(seed, step + 1), second)) continue
    // The second code is the one on the display now, or was just before.
    const drift = Math.abs(step + 1 - middle) <= tolerance ? 0 : step + 1 - middle
    return { ...newProgress, drift, lastStep: step + 1 }
  }
  return undefined
}

function pausedUntil({ failures, failedAt }: MfaProgress): number {
  if (failures < freeFailures) return 0
  return failedAt.getTime() + Math.min(firstPauseMs * 2 ** Math.min(failures - freeFailures, 20), longestPauseMs)
}

function same(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given))
}
