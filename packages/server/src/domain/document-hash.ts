import { createHash } from 'node:crypto'
import type { DocumentContent } from './document.ts'

/** Sha256 of the content, as DocumentHash gives it: lower-case hexadecimal. */
export function documentHash(content: DocumentContent): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
