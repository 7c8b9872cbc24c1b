import type { Tags } from './tag.ts'

/** The right to register some nodes for a while. The code itself is kept as a hash only. */
export interface Activation {
  readonly activationId: string
  readonly codeHash: string
  readonly description?: string | undefined
  readonly defaultInstanceName?: string | undefined
  readonly roleName: string
  readonly registrationLimit: number
  readonly registrationsCount: number
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly tags: Tags
}

/** Activations last a day when nothing is said, thirty at most (CreateActivation reference). */
export const defaultActivationMs = 24 * 60 * 60_000
export const longestActivationMs = 30 * 24 * 60 * 60_000
