import { createHmac } from 'node:crypto'

/** TOTP with the values that every authenticator knows: SHA-1, 30 seconds, six digits (RFC 6238). */
const stepMs = 30_000
const digits = 6

/** The step that a moment lies in. */
export function stepAt(moment: Date): number {
  return Math.floor(moment.getTime() / stepMs)
}

/** The code of one step (RFC 4226, section 5.3). */
export function oneTimeCode(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.max(step, 0)))
  const mac = createHmac('sha1', seed).update(counter).digest()
  const truncated = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fff_ffff
  return String(truncated % 10 ** digits).padStart(digits, '0')
}
