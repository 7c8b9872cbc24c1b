import type { Tag } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { isReservedTagKey, type Tags } from '../../domain/tag.ts'

/**
 * The tags of a request. Unlike IAM's, keys that differ in case are different keys.
 *
 * @throws {ServiceError} ValidationException for a key twice, or one that belongs to AWS
 */
export function readTags(list: readonly Tag[]): Tags {
  const reserved = list.find(({ Key }) => isReservedTagKey(Key))
  if (reserved) {
    throw new ServiceError(
      'ValidationException',
      `The tag key ${reserved.Key} is not valid: keys that begin with aws: are reserved for AWS.`,
    )
  }
  if (new Set(list.map(({ Key }) => Key)).size < list.length) {
    throw new ServiceError('ValidationException', 'A tag key may be given once.')
  }
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
}

export function describeTags(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
