import { ServiceError } from '../../domain/error.ts'
import type { Page, PageRequest } from '../../domain/page.ts'

/** Members of every listing of IAM (ListUsers reference, "MaxItems"). */
export interface Listing {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface Listed {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

const defaultMaxItems = 100

/** A marker is the place where the page before ended; it grants nothing, so it is not signed. */
export function pageRequest({ Marker, MaxItems = defaultMaxItems }: Listing): PageRequest {
  return Marker === undefined ? { limit: MaxItems } : { limit: MaxItems, after: placeOf(Marker) }
}

export function listed(page: Page<unknown>): Listed {
  if (page.next === undefined) return { IsTruncated: false }
  return { IsTruncated: true, Marker: Buffer.from(page.next, 'utf8').toString('base64url') }
}

/** A page of a list that is short enough to be read whole, in the order of `key`. */
export function pageOf<Item>(items: readonly Item[], request: PageRequest, key: (item: Item) => string): Page<Item> {
  const { limit, after } = request
  const rest = items
    .filter((item) => after === undefined || key(item) > after)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  return rest.length > limit && last !== undefined ? { items: shown, next: key(last) } : { items: shown }
}

function placeOf(marker: string): string {
  const place = Buffer.from(marker, 'base64url').toString('utf8')
  // What we did not make ourselves does not come back the same.
  if (Buffer.from(place, 'utf8').toString('base64url') === marker) return place
  throw new ServiceError('ValidationError', `Invalid Marker: ${marker}`)
}
