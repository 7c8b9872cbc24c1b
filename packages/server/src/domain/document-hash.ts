import { createHash } from 'node:crypto'

/** Sha256 of the content, as DocumentHash gives it: lower-case hexadecimal. */
export function documentHash(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
