import { ServiceError } from '../../domain/error.ts'
import type { Page, PageRequest } from '../../domain/page.ts'

/** The part of a listing that is asked for; a Marker is opaque, and holds nothing secret. */
export function pageAsked(
  { Limit, Marker }: { readonly Limit?: number | undefined; readonly Marker?: string | undefined },
  defaultLimit: number,
): PageRequest {
  return { limit: Limit ?? defaultLimit, ...(Marker === undefined ? {} : { after: placeOf(Marker) }) }
}

/** What an answer says about the next page. */
export function pageTold({ next }: Page<unknown>): { readonly Truncated: boolean; readonly NextMarker?: string } {
  return next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: markerOf(next) }
}

function markerOf(place: string): string {
  return Buffer.from(place).toString('base64url')
}

function placeOf(marker: string): string {
  const place = Buffer.from(marker, 'base64url').toString()
  if (markerOf(place) === marker) return place
  throw new ServiceError('InvalidMarkerException', 'Could not deserialize marker')
}
