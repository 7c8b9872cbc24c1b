import { ServiceError } from '../../domain/error.ts'
import { isReservedTagKey, type Tags } from '../../domain/tag.ts'
import type { ContextKeys } from '../operation.ts'

/** @throws {ServiceError} BadRequestException for a key that belongs to AWS */
export function readGroupTags(tags: Tags = {}): Tags {
  const reserved = Object.keys(tags).find(isReservedTagKey)
  if (reserved !== undefined) {
    throw new ServiceError('BadRequestException', `The tag key ${reserved} is reserved for AWS.`)
  }
  return tags
}

export function tooManyTags(): ServiceError {
  return new ServiceError('BadRequestException', 'A group can have 50 tags at most.')
}

/** aws:RequestTag/… and aws:TagKeys of a request that gives tags. */
export function groupTagKeys(tags: Tags = {}): ContextKeys {
  const keys = Object.keys(tags)
  if (keys.length === 0) return {}
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': keys,
  }
}
