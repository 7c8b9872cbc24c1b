import { type Key, materialLength, type RotationType } from './kms-key.ts'

const dayMs = 86_400_000

/** Days between automatic rotations when nobody says (EnableKeyRotation reference). */
export const defaultRotationDays = 365

/** Rotations that somebody asked for, of one key (KMS quotas). Automatic ones are at least 90 days apart. */
export const onDemandRotations = 25
/** More than a key can see in 2000 years. */
const automaticRotations = 10_000

/** New material for a key, with the same name under a new version. */
export interface MaterialRotation {
  readonly material: Uint8Array
  readonly type: RotationType
  readonly at: Date
  /** How many of this type there may be. */
  readonly limit: number
}

/** When a key that rotates every `days` is rotated next. */
export function nextRotation(days: number, after: Date): Date {
  return new Date(after.getTime() + days * dayMs)
}

/** The key with material that nobody has seen. An automatic rotation sets the time of the next. */
export function rotatedKey(
  key: Key,
  { type, at, randomBytes }: { type: RotationType; at: Date; randomBytes: (length: number) => Uint8Array },
): { readonly next: Key; readonly rotation: MaterialRotation } {
  const id = Buffer.from(randomBytes(32)).toString('hex')
  const { rotation: schedule } = key
  const rotation =
    schedule && type === 'AUTOMATIC' ? { ...schedule, nextAt: nextRotation(schedule.days, at) } : schedule
  return {
    next: { ...key, material: { version: key.material.version + 1, id }, rotation },
    rotation: {
      material: randomBytes(materialLength),
      type,
      at,
      limit: type === 'ON_DEMAND' ? onDemandRotations : automaticRotations,
    },
  }
}
