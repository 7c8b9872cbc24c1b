import type { Tags } from './tag.ts'

/** The right to register some nodes for a while. The code itself is kept as a hash only. */
export interface Activation {
  readonly activationId: string
  readonly codeHash: string
  readonly description?: string | undefined
  readonly defaultInstanceName?: string | undefined
  /** Of the nodes to come, as CreateActivation was given it: with its path, `service-role/NAME`. */
  readonly roleName: string
  readonly registrationLimit: number
  readonly registrationsCount: number
  readonly createdAt: Date
  readonly expiresAt: Date
  /** For the nodes to come. They cannot be changed later (CreateActivation reference). */
  readonly tags: Tags
}

/** Activations last a day when nothing is said, thirty at most (CreateActivation reference). */
export const defaultActivationMs = 24 * 60 * 60_000
export const longestActivationMs = 30 * 24 * 60 * 60_000

/** One node, when nothing is said (CreateActivation reference). */
export const defaultRegistrationLimit = 1

/** When an activation made now ends, or why it cannot end when its maker wishes. */
export function activationExpiry(wished: Date | undefined, now: Date): Date | 'past' | 'too-late' {
  if (wished === undefined) return new Date(now.getTime() + defaultActivationMs)
  const lastsMs = wished.getTime() - now.getTime()
  if (lastsMs <= 0) return 'past'
  return lastsMs > longestActivationMs ? 'too-late' : wished
}

export function isExpired({ expiresAt }: Pick<Activation, 'expiresAt'>, now: Date): boolean {
  return expiresAt.getTime() <= now.getTime()
}

export function isUsedUp({ registrationsCount, registrationLimit }: Activation): boolean {
  return registrationsCount >= registrationLimit
}
