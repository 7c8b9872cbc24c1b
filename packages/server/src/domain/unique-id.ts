const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * What an id is of: user, group, role, instance profile, managed policy, long-term key, temporary key (IAM user
 * guide, "Unique identifiers"). Ids of keys are 20 characters long, the others 21.
 */
export type UniqueIdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'AIPA' | 'ANPA' | 'AKIA' | 'ASIA'

/** A new id. `randomHex` answers that many random bytes in hexadecimal. */
export function uniqueId(prefix: UniqueIdPrefix, randomHex: (bytes: number) => string): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17
  const bytes = Buffer.from(randomHex(length), 'hex')
  return prefix + Array.from(bytes, (byte) => base32.charAt(byte & 31)).join('')
}
