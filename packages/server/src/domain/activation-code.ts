import { hash, timingSafeEqual } from 'node:crypto'

/** Random bytes in a code. In hexadecimal it has 32 characters; agents refuse fewer than 20 (agent reference, 1.1). */
export const activationCodeBytes = 16

/** What is kept of a code. It is random and long, so that one plain hash gives nothing away. */
export function hashActivationCode(code: string): string {
  return hash('sha256', code, 'hex')
}

/** Takes equally long for a wrong code and for an activation that does not exist (no hash). */
export function isActivationCode(code: string, codeHash: string | undefined): boolean {
  const given = hash('sha256', code, 'buffer')
  const kept = codeHash === undefined ? Buffer.alloc(given.length) : Buffer.from(codeHash, 'hex')
  return kept.length === given.length && timingSafeEqual(given, kept) && codeHash !== undefined
}
