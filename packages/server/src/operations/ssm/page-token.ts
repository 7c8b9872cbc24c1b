import { ServiceError } from '../../domain/error.ts'

/**
 * The NextToken of a listing: opaque to callers, and only good for the listing that gave it. Nothing
 * in it is secret, and the store takes any place for what it is: forging one gains nothing.
 */
export function pageToken(listing: string, place: string | undefined): string | undefined {
  return place === undefined ? undefined : Buffer.from(`${listing}\n${place}`).toString('base64url')
}

/** @throws {ServiceError} InvalidNextToken when it is not one that `listing` gives */
export function placeOf(listing: string, token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const [name, place, more] = token.length > 2048 ? [] : Buffer.from(token, 'base64url').toString().split('\n')
  if (name !== listing || !place || more !== undefined || pageToken(listing, place) !== token) {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
  }
  return place
}
