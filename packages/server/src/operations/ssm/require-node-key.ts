import { ServiceError } from '../../domain/error.ts'
import { readNodeKey } from '../../domain/node-key.ts'

/**
 * The public key of a request.
 *
 * @throws {ServiceError} ValidationException when it is not a key that a node can have
 */
export function requireNodeKey(text: string, member: string): string {
  const key = readNodeKey(text)
  if (key !== undefined) return key
  throw new ServiceError(
    'ValidationException',
    `${member} must be the base64 of an RSA public key (SubjectPublicKeyInfo, DER) of 2048 to 8192 bits.`,
  )
}
