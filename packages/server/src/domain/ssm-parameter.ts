import type { ParameterPolicy } from './ssm-parameter-policy.ts'

export type ParameterType = 'String' | 'StringList' | 'SecureString'
export type ParameterTier = 'Standard' | 'Advanced'

/** One version of a parameter of Parameter Store. */
export interface Parameter {
  /** As it was given when it was made: with its slash, if it had one. */
  readonly name: string
  /** Counts up from 1. */
  readonly version: number
  readonly type: ParameterType
  readonly tier: ParameterTier
  /** In clear; of a SecureString the ciphertext under `keyId`, in base64. */
  readonly value: string
  /** The name of the key, as it was given. Of a SecureString only. */
  readonly keyId: string | undefined
  readonly description: string | undefined
  readonly allowedPattern: string | undefined
  readonly dataType: 'text'
  readonly policies: readonly ParameterPolicy[]
  readonly modifiedAt: Date
  /** The ARN of the caller who did. */
  readonly modifiedBy: string
}

/** In one account and region (PutParameter reference). */
export const parametersOfTier: Readonly<Record<ParameterTier, number>> = { Standard: 10_000, Advanced: 100_000 }
/** Bytes of a value. */
export const longestValue: Readonly<Record<ParameterTier, number>> = { Standard: 4096, Advanced: 8192 }
/** Kept of one parameter; older ones go when new ones come. */
export const versionsOfParameter = 100
export const labelsOfVersion = 10

/** Letters, digits, `.`, `-` and `_`; begins with no digit, `aws` or `ssm` (LabelParameterVersion reference). */
export function isLabel(text: string): boolean {
  return /^[A-Za-z_.-][A-Za-z0-9_.-]{0,99}$/.test(text) && !/^(aws|ssm)/i.test(text)
}
