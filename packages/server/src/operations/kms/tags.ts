import type { Tag } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { isReservedTagKey, type Tags, tagsPerResource } from '../../domain/tag.ts'
import type { ContextKeys } from '../operation.ts'

/** @throws {ServiceError} TagException for a key twice or one of AWS's, LimitExceededException for too many */
export function readTags(list: readonly Tag[]): Tags {
  if (list.length > tagsPerResource) throw tooManyTags()
  const reserved = list.find(({ TagKey }) => isReservedTagKey(TagKey))
  if (reserved)
    throw new ServiceError('TagException', `${reserved.TagKey}: keys that begin with aws: are reserved for AWS.`)
  if (new Set(list.map(({ TagKey }) => TagKey)).size < list.length) {
    throw new ServiceError('TagException', 'Duplicate tag keys')
  }
  return Object.fromEntries(list.map(({ TagKey, TagValue }) => [TagKey, TagValue]))
}

export function tooManyTags(): ServiceError {
  return new ServiceError('LimitExceededException', `A key can have ${tagsPerResource} tags at most.`)
}

/** aws:RequestTag/… and aws:TagKeys of a request that gives tags. */
export function requestTagKeys(list: readonly Tag[] = []): ContextKeys {
  if (list.length === 0) return {}
  return {
    ...Object.fromEntries(list.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue])),
    'aws:TagKeys': list.map(({ TagKey }) => TagKey),
  }
}
