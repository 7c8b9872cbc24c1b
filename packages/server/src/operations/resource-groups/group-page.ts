import { ServiceError } from '../../domain/error.ts'

/** The most results of a page, and how many there are when nobody says. */
export const mostResults = 50

/** A NextToken as the model wants it: plain base64, good for the listing that gave it. */
export function groupToken(listing: string, place: string | undefined): string | undefined {
  return place === undefined ? undefined : Buffer.from(`${listing}\n${place}`).toString('base64')
}

/** @throws {ServiceError} BadRequestException when it is not one that `listing` gives */
export function groupPlace(listing: string, token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined
  const [name, place, more] = token.length > 2048 ? [] : Buffer.from(token, 'base64').toString().split('\n')
  if (name !== listing || !place || more !== undefined || groupToken(listing, place) !== token) {
    throw new ServiceError('BadRequestException', 'The specified NextToken is not valid.')
  }
  return place
}
